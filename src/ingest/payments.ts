import type { ProfiledTable } from './settle.ts'
import type { Understanding } from './understand.ts'

/** What the import holds once it was answered whether its payments are sales of their own. */
export function withPaymentsAnswered(
  understanding: Understanding,
  answer: string | undefined,
): Understanding {
  const isPayments = ({ recognised }: ProfiledTable) => recognised.claim.payments === true
  const payments = understanding.tables.filter(isPayments)
  if (payments.length === 0 || answer === undefined) return understanding
  const names = payments.map(({ recognised }) => recognised.table.file.name).join(', ')
  if (answer === 'orders') {
    const text = `Each payment in ${names} counts as an order, as you answered. Orders that they pay for, imported from the shop as well, would count twice.`
    return { ...understanding, notes: [...understanding.notes, { code: 'payments_counted', text }] }
  }
  return {
    ...understanding,
    tables: understanding.tables.filter((table) => !isPayments(table)),
    ignored: [
      ...understanding.ignored,
      ...payments.map(({ recognised, profile }) => ({
        sample: recognised.sample,
        rows: profile.count.rows + profile.count.malformed.length,
      })),
    ],
    notes: [
      ...understanding.notes,
      {
        code: 'payments_left_out',
        text: `The payments in ${names} were left out, as you answered: import the orders that they pay for.`,
      },
    ],
  }
}
