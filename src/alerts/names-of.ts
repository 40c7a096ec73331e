const mostNamed = 3

/** `a.csv, b.csv, c.csv and 4 more`. */
export function namesOf(names: readonly string[]): string {
  const named = names.slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${named} and ${names.length - mostNamed} more` : named
}
