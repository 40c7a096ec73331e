import type { Layout } from '../layout.ts'
import { amazon } from './amazon.ts'
import { bigcommerce } from './bigcommerce.ts'
import { ebay } from './ebay.ts'
import { etsy } from './etsy.ts'
import { generic } from './generic.ts'
import { genericTables } from './generic-tables.ts'
import { magento } from './magento.ts'
import { paypal } from './paypal.ts'
import { shopify } from './shopify.ts'
import { square } from './square.ts'
import { star } from './star.ts'
import { stripe } from './stripe.ts'
import { woocommerce } from './woocommerce.ts'

/** Every layout, the particular before the general; the most confident claim wins, earlier ones first. */
export const layouts: readonly Layout[] = [
  star,
  shopify,
  amazon,
  woocommerce,
  stripe,
  paypal,
  etsy,
  square,
  ebay,
  magento,
  bigcommerce,
  generic,
  genericTables,
]
