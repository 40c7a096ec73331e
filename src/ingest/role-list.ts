import type { RoleEntry } from '../model/wire.ts'
import { type Role, readingOf, roles } from './role.ts'

const groups: readonly (readonly [name: string, prefix: RegExp])[] = [
  ['Stock', /^(stock|counted_at|location)/],
  ['Return', /^(return|kept_quantity)/],
  ['Customer', /^(customer|country|subdivision|region)/],
  ['Product', /^(product|sku|category|list_price)/],
]

/** Every role that a column can have, for people who correct one. */
export function roleList(): RoleEntry[] {
  return Object.entries(roles).map(([role, text]) => ({ role, text, group: groupOf(role as Role) }))
}

function groupOf(role: Role): string {
  const named = groups.find(([, prefix]) => prefix.test(role))?.[0]
  return named ?? (readingOf(role) === 'number' ? 'Amounts' : 'Order')
}
