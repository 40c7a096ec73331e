/** For options that may be repeated: each adds to the list. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}
