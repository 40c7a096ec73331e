import type { AlertCondition } from '../../../src/model/alert.ts'

/** What most shops want to be told. */
export const suggestedAlerts: readonly AlertCondition[] = [
  { kind: 'stock_out', products: { of: 'all' } },
  { kind: 'low_stock', products: { of: 'all' }, measure: 'days', threshold: '7' },
  { kind: 'no_orders', minutes: 60 },
  { kind: 'import_failed' },
]
