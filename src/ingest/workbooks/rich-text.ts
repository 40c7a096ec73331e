/**
 * The text of a cell or of a shared text, out of runs that may each be written in another font. How words are
 * pronounced (`rPh`) is no part of it.
 */
export class RichText {
  #parts: string[] = []
  #collecting = false
  #aside = false

  start(): void {
    this.#parts = []
    this.#collecting = false
    this.#aside = false
  }

  open(tag: string): void {
    if (tag === 't') this.#collecting = !this.#aside
    if (tag === 'rPh') this.#aside = true
  }

  add(text: string): void {
    if (this.#collecting) this.#parts.push(text)
  }

  close(tag: string): void {
    if (tag === 't') this.#collecting = false
    if (tag === 'rPh') this.#aside = false
  }

  end(): string {
    return unescaped(this.#parts.join(''))
  }
}

/** Characters that XML cannot hold are written as their code: `_x000D_`. A zero is none that text can hold. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9a-f]{4})_/gi, (whole, code: string) =>
    Number.parseInt(code, 16) === 0 ? whole : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
