import type { KnownTable } from './by-headers.ts'
import { firstOf } from './texts.ts'

/** Products and customers of WooCommerce, as CSV and as JSON. A product is found by its SKU, else by its name. */

/** A count below zero is sold and not yet there. */
function countOf(count: string): string {
  return `CASE WHEN ${count} LIKE '-%' THEN '0' ELSE ${count} END`
}

const exportedProducts: KnownTable = {
  what: "WooCommerce's export of products",
  holds: 'products',
  required: ['id', 'type', 'sku', 'name', 'regular price', 'tax status'],
  makes: {
    'SKU, else Name': ({ of }) => firstOf(of('sku'), of('name')),
    // Variations name no category: theirs is that of the product whose SKU, or id:123, stands beside them.
    'First of the Categories': ({ of, first }) =>
      first(
        `nullif(trim(regexp_extract(${of('categories')}, '^([^,\\\\]|\\\\.)+')), '')`,
        firstOf(of('parent'), of('sku'), `concat('id:', ${of('id')})`),
      ),
    'Regular price, else Sale price': ({ of }) => firstOf(of('regular price'), of('sale price')),
    'Stock on hand': ({ of }) => countOf(of('stock')),
  },
  roles: {
    'sku else name': 'product_key',
    sku: 'sku',
    name: 'product_name',
    'first of the categories': 'category',
    'regular price else sale price': 'list_price',
    'stock on hand': 'stock',
  },
}

const products: KnownTable = {
  what: "WooCommerce's products as JSON",
  documents: true,
  holds: 'products',
  required: ['id', 'name', 'sku', 'regular price', 'catalog visibility'],
  makes: {
    'SKU, else name': ({ of }) => firstOf(of('sku'), of('name')),
    'regular price, else price': ({ of }) => firstOf(of('regular price'), of('price')),
    'stock on hand': ({ of }) => countOf(of('stock quantity')),
  },
  roles: {
    'sku else name': 'product_key',
    sku: 'sku',
    name: 'product_name',
    'categories name first': 'category',
    'regular price else price': 'list_price',
    'stock on hand': 'stock',
  },
}

const customers: KnownTable = {
  what: "WooCommerce's customers as JSON",
  documents: true,
  holds: 'customers',
  required: ['id', 'email', 'username', 'billing country'],
  roles: {
    id: 'customer_key',
    'first name last name': 'customer_name',
    email: 'customer_email',
    'billing country': 'country',
  },
}

/** What the message of a product says of its stock, with the time of the message beside it: see `ingest/live/platforms`. */
const stock: KnownTable = {
  what: "WooCommerce's messages of stock",
  documents: true,
  holds: 'stock',
  required: ['taken at', 'product name', 'product sku', 'product stock quantity'],
  makes: {
    'SKU, else name': ({ of }) => firstOf(of('product sku'), of('product name')),
    'stock on hand': ({ of }) => countOf(of('product stock quantity')),
  },
  roles: {
    'sku else name': 'product_key',
    'stock on hand': 'stock',
    'taken at': 'counted_at',
  },
}

export const woocommerceDimensions: readonly KnownTable[] = [
  exportedProducts,
  products,
  customers,
  stock,
]
