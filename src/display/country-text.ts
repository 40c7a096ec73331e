const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** English name of an ISO 3166-1 alpha-2 code; the text itself when it is no code. */
export function countryText(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
}
