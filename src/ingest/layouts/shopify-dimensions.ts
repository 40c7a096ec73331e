import type { KnownTable } from './by-headers.ts'
import { firstOf, variantName } from './texts.ts'

/**
 * Products, customers and stock of Shopify, as CSV and as JSON. A product is found by its SKU, else by the name
 * that its order lines bear: "title - variant".
 */

/** A count of a product that is not tracked says nothing; one below zero is sold and not yet there. */
function countOf(tracker: string, count: string): string {
  return `CASE WHEN ${tracker} IS NULL THEN NULL WHEN ${count} LIKE '-%' THEN '0' ELSE ${count} END`
}

/** The values of up to three options, as Shopify writes a variant: "blue / M". */
function optionsOf(values: readonly string[]): string {
  return `nullif(concat_ws(' / ', ${values.join(', ')}), '')`
}

/** What belongs to a product stands on its first row only; rows of further pictures name no variant. */
const exportedProducts: KnownTable = {
  what: "Shopify's export of products",
  holds: 'products',
  required: ['handle', 'title', 'variant sku', 'variant price'],
  noData: (of) => `coalesce(${of('variant price')}, ${of('variant sku')}, ${of('title')}) IS NULL`,
  makes: {
    'Title and variant': ({ of, first }) =>
      variantName(
        first(of('title'), of('handle')),
        optionsOf(['option1 value', 'option2 value', 'option3 value'].map(of)),
      ),
    'SKU, else title and variant': ({ of, first }) =>
      firstOf(
        of('variant sku'),
        variantName(
          first(of('title'), of('handle')),
          optionsOf(['option1 value', 'option2 value', 'option3 value'].map(of)),
        ),
      ),
    'Type of the product': ({ of, first }) =>
      firstOf(
        first(of('type'), of('handle')),
        first(of('product type'), of('handle')),
        first(of('custom product type'), of('handle')),
      ),
    'Inventory that is tracked': ({ of }) =>
      countOf(of('variant inventory tracker'), of('variant inventory qty')),
  },
  roles: {
    'sku else title and variant': 'product_key',
    'variant sku': 'sku',
    'title and variant': 'product_name',
    'type of the product': 'category',
    'variant price': 'list_price',
    'cost per item': 'unit_cost',
    'inventory that is tracked': 'stock',
  },
}

const products: KnownTable = {
  what: "Shopify's products as JSON",
  documents: true,
  holds: 'products',
  required: ['title', 'product type', 'variants sku', 'variants price', 'variants title'],
  makes: {
    'title and variant': ({ of }) => variantName(of('title'), of('variants title')),
    'SKU, else title and variant': ({ of }) =>
      firstOf(of('variants sku'), variantName(of('title'), of('variants title'))),
    'inventory that is tracked': ({ of }) =>
      countOf(of('variants inventory management'), of('variants inventory quantity')),
  },
  roles: {
    'sku else title and variant': 'product_key',
    'variants sku': 'sku',
    'title and variant': 'product_name',
    'product type': 'category',
    'variants price': 'list_price',
    'inventory that is tracked': 'stock',
  },
}

const exportedCustomers: KnownTable = {
  what: "Shopify's export of customers",
  holds: 'customers',
  required: ['first name', 'last name', 'email', 'accepts email marketing', 'total spent'],
  makes: {
    'Customer ID, else Email': ({ of }) =>
      firstOf(`regexp_replace(${of('customer id')}, '^''', '')`, `lower(${of('email')})`),
    'Country of the customer': ({ of }) =>
      firstOf(of('default address country code'), of('country code'), of('country')),
  },
  roles: {
    'customer id else email': 'customer_key',
    'first name last name': 'customer_name',
    email: 'customer_email',
    'country of the customer': 'country',
  },
}

const customers: KnownTable = {
  what: "Shopify's customers as JSON",
  documents: true,
  holds: 'customers',
  required: ['id', 'first name', 'last name', 'orders count', 'total spent'],
  roles: {
    id: 'customer_key',
    'first name last name': 'customer_name',
    email: 'customer_email',
    'default address country code': 'country',
  },
}

/** One row per variant and place. What is on hand counts; what is promised to orders is still there. */
const exportedInventory: KnownTable = {
  what: "Shopify's export of inventory",
  holds: 'stock',
  required: ['handle', 'title', 'sku', 'location'],
  makes: {
    'SKU, else title and variant': ({ of }) =>
      firstOf(
        of('sku'),
        variantName(
          of('title'),
          optionsOf(['option1 value', 'option2 value', 'option3 value'].map(of)),
        ),
      ),
    // "not stocked" stands where a place does not keep the product.
    'Count at the place': ({ of }) => {
      const count = firstOf(
        of('on hand current'),
        of('on hand'),
        of('available not editable'),
        of('available'),
      )
      return `CASE WHEN lower(${count}) = 'not stocked' THEN NULL WHEN ${count} LIKE '-%' THEN '0' ELSE ${count} END`
    },
  },
  roles: {
    'sku else title and variant': 'product_key',
    'count at the place': 'stock',
    location: 'location',
  },
}

/** Bodies of webhooks since 2025 say nothing of what a customer bought. */
const customersAlone: KnownTable = {
  ...customers,
  what: "Shopify's customers as JSON, without their orders",
  required: ['id', 'first name', 'last name', 'email', 'verified email'],
}

/**
 * A message that the stock of a place changed names an item of stock. What the product's own message said of it stands
 * beside it as `variant`: see `ingest/live/platforms`.
 */
const levels: KnownTable = {
  what: "Shopify's messages of stock",
  documents: true,
  holds: 'stock',
  required: ['level inventory item id', 'level available', 'variant product title'],
  makes: {
    'SKU, else title and variant': ({ of }) =>
      firstOf(of('variant sku'), variantName(of('variant product title'), of('variant title'))),
    'available, not below zero': ({ of }) => countOf(`'tracked'`, of('level available')),
  },
  roles: {
    'sku else title and variant': 'product_key',
    'available not below zero': 'stock',
    'level updated at': 'counted_at',
    'level location id': 'location',
  },
}

export const shopifyDimensions: readonly KnownTable[] = [
  exportedProducts,
  exportedCustomers,
  exportedInventory,
  products,
  customers,
  customersAlone,
  levels,
]
