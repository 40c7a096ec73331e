import { layoutByHeaders } from './by-headers.ts'
import { shopifyDimensions } from './shopify-dimensions.ts'
import { shopifyDocuments } from './shopify-documents.ts'
import { shopifyExport } from './shopify-export.ts'

/** Shopify: its exports as CSV, and what its Admin API and webhooks give as JSON. */
export const shopify = layoutByHeaders({ name: 'shopify', source: 'shopify' }, [
  shopifyExport,
  ...shopifyDocuments,
  ...shopifyDimensions,
])
