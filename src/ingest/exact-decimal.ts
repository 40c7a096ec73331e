/** Type in which the amounts of documents are added up and taken off each other: nothing passes through a float. */
export const exactDecimal = 'DECIMAL(38,10)'

/** SQL of a decimal as text, without the zeros that only its type adds. */
export function shortDecimal(decimal: string): string {
  return `regexp_replace(${decimal}::VARCHAR, '\\.?0+$', '')`
}
