import { layoutByHeaders } from './by-headers.ts'
import { magentoDocuments } from './magento-documents.ts'

/**
 * The grid of orders of Magento (Adobe Commerce) as exported: one row per order and no items. Its subtotal is what goods
 * cost before discounts and without tax. Source: Adobe Commerce Admin guide, "Orders", columns of the grid.
 */
export const magento = layoutByHeaders({ name: 'magento', source: 'magento' }, [
  magentoDocuments,
  {
    what: "Magento's grid of orders",
    required: [
      'id',
      'purchase date',
      'bill to name',
      'grand total purchased',
      'status',
      'subtotal',
    ],
    roles: {
      id: 'order_number',
      'purchase date': 'order_date',
      status: 'status',
      'purchase point': 'channel',
      'customer email': 'customer_email',
      'bill to name': 'customer_name',
      subtotal: 'line_total',
      'shipping and handling': { role: 'shipping', per: 'order' },
      'tax amount': { role: 'tax', per: 'order' },
      'grand total purchased': 'order_total',
      'total refunded': 'return_amount',
    },
    price: 'total',
    withoutTax: true,
    // "Closed" is an order of which all was given back.
    states: new Map([['closed', 'refunded']]),
  },
])
