import { layoutByHeaders } from './by-headers.ts'
import { besideFirst, firstOf } from './texts.ts'

/**
 * eBay's orders report: an order of several items has a row that sums them up, which alone states its postage. What
 * eBay collects and pays to the tax office itself is none of the seller's. Source: Seller Hub, "Orders report".
 */
export const ebay = layoutByHeaders({ name: 'ebay', source: 'ebay' }, [
  {
    what: "eBay's orders report",
    required: ['sales record number', 'order number', 'item number', 'item title', 'sold for'],
    makes: {
      'Postage of the order': ({ of, first }) =>
        first(firstOf(of('postage and handling'), of('shipping and handling')), of('order number')),
      'Seller collected tax of the order': ({ of, first }) =>
        first(of('seller collected tax'), of('order number')),
      'Ship To, else Buyer Country': ({ of }) =>
        firstOf(of('ship to country'), of('buyer country')),
      'Ship To, else Buyer State': ({ of }) =>
        besideFirst(of('ship to country'), of('ship to state'), of('buyer state')),
    },
    roles: {
      'order number': 'order_number',
      'transaction id': 'line_id',
      'sale date': 'order_date',
      'buyer username': 'customer_key',
      'buyer name': 'customer_name',
      'buyer email': 'customer_email',
      'ship to else buyer country': 'country',
      'ship to else buyer state': 'subdivision',
      'item title': 'product_name',
      'custom label': 'sku',
      quantity: 'quantity',
      'sold for': 'unit_price',
      'postage of the order': { role: 'shipping', per: 'order' },
      'seller collected tax of the order': { role: 'tax', per: 'order' },
    },
    withoutTax: true,
    // "26-May-26": a year never stands first.
    dayOrder: 'dmy',
  },
])
