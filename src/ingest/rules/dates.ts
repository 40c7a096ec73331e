import { lineTables, type Rule } from '../rule.ts'

export const missingDate: Rule = {
  name: 'missing date',
  outcome: 'rejected',
  reason: 'missing_date',
  holds: lineTables,
  role: 'order_date',
  when: ({ text }) => `${text('order_date')} IS NULL`,
}

export const unreadableDate: Rule = {
  name: 'unreadable date',
  outcome: 'rejected',
  reason: 'unreadable_date',
  holds: lineTables,
  role: 'order_date',
  when: () => 'moment IS NULL',
}

export const dateOutOfRange: Rule = {
  name: 'date out of range',
  outcome: 'rejected',
  reason: 'date_out_of_range',
  holds: lineTables,
  role: 'order_date',
  when: ({ earliest, latest }) =>
    `moment < TIMESTAMP '${earliest} 00:00:00' OR moment >= TIMESTAMP '${latest} 00:00:00' + INTERVAL 1 DAY`,
}
