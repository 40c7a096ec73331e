import type { AlertCondition, AlertKindName, ProductScope } from '../../../src/model/alert.ts'

/** What stands in the editor, in all of its fields, whichever of them are shown. */
export interface RuleDraft {
  readonly kind: AlertKindName
  readonly of: ProductScope['of']
  readonly category: string
  /** Name of the product. */
  readonly product: string
  readonly measure: 'units' | 'days'
  readonly threshold: string
  readonly minutes: string
  readonly webhooks: readonly string[]
}

export function draftOf(condition: AlertCondition | null, webhooks: readonly string[]): RuleDraft {
  const draft: RuleDraft = {
    kind: 'stock_out',
    of: 'all',
    category: '',
    product: '',
    measure: 'units',
    threshold: '5',
    minutes: '60',
    webhooks,
  }
  if (!condition) return draft
  const { kind } = condition
  if (kind === 'import_failed') return { ...draft, kind }
  if (kind === 'no_orders') return { ...draft, kind, minutes: String(condition.minutes) }
  const { products } = condition
  const scope = {
    of: products.of,
    category: products.of === 'category' ? products.category : '',
    product: products.of === 'product' ? products.name : '',
  }
  if (kind === 'stock_out') return { ...draft, kind, ...scope }
  const { measure, threshold } = condition
  return { ...draft, kind, ...scope, measure, threshold }
}

/** Keys by name, but for the product that the rule was about: it may be none of those that are offered, or a namesake. */
export function keysOf(
  offered: ReadonlyMap<string, string>,
  before: AlertCondition | null,
): (name: string) => string | undefined {
  const scope = before && 'products' in before ? before.products : null
  return (name) =>
    scope?.of === 'product' && scope.name === name ? scope.product : offered.get(name)
}

/** What the draft says. Names that no product bears go to the server as they are, which says so. */
export function conditionOf(
  draft: RuleDraft,
  keyOf: (product: string) => string | undefined,
): AlertCondition {
  const { kind, measure, threshold } = draft
  switch (kind) {
    case 'import_failed':
      return { kind }
    case 'no_orders':
      return { kind, minutes: Number(draft.minutes) }
    case 'stock_out':
      return { kind, products: scopeOf(draft, keyOf) }
    case 'low_stock':
      return { kind, products: scopeOf(draft, keyOf), measure, threshold: threshold.trim() }
  }
}

function scopeOf(
  { of, category, product }: RuleDraft,
  keyOf: (product: string) => string | undefined,
): ProductScope {
  if (of === 'category') return { of, category }
  if (of === 'product')
    return { of, product: keyOf(product) ?? product.slice(0, 20), name: product }
  return { of }
}
