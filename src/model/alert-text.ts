import type { AlertCondition, ProductScope } from './alert.ts'
import { countText, plural } from './sentence.ts'

/** A rule as a sentence: `When a product of Lamps has 5 units or fewer left`. */
export function conditionText(condition: AlertCondition): string {
  switch (condition.kind) {
    case 'stock_out':
      return `When ${productText(condition.products)} is out of stock`
    case 'low_stock': {
      const { products, measure, threshold } = condition
      const left =
        measure === 'units'
          ? `has ${plural(threshold, 'unit', 'units')} or fewer left`
          : `runs out within ${plural(threshold, 'day', 'days')}`
      return `When ${productText(products)} ${left}`
    }
    case 'no_orders':
      return `When no order comes for ${countText(String(condition.minutes))} minutes at a time when there should be some`
    case 'import_failed':
      return 'When an import fails'
  }
}

function productText(products: ProductScope): string {
  switch (products.of) {
    case 'all':
      return 'a product'
    case 'category':
      return `a product of ${products.category}`
    case 'product':
      return products.name
  }
}
