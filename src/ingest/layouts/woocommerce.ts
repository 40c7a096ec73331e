import { layoutByHeaders } from './by-headers.ts'
import { woocommerceAnalytics } from './woocommerce-analytics.ts'
import { woocommerceDimensions } from './woocommerce-dimensions.ts'
import { woocommerceDocuments } from './woocommerce-documents.ts'
import { woocommerceExports } from './woocommerce-export.ts'

/** WooCommerce: exports as CSV, and what its REST API and webhooks give as JSON. */
export const woocommerce = layoutByHeaders({ name: 'woocommerce', source: 'woocommerce' }, [
  ...woocommerceExports,
  woocommerceAnalytics,
  ...woocommerceDocuments,
  ...woocommerceDimensions,
])
