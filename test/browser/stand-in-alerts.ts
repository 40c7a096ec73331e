import type { AlertIncident, AlertsState } from '../../src/model/alert.ts'

/** Alerts of the stand-in shop: each kind, something open and something that is over, a message that waits. */

const none: AlertsState = {
  rules: [],
  webhooks: [],
  open: [],
  counts: { open: 0, loud: 0 },
  deliveries: [],
  checkedAt: null,
}

const out: AlertIncident = {
  id: 'i1',
  ruleId: 'r1',
  kind: 'stock_out',
  subject: { key: '1', name: 'Lamp' },
  openedAt: '2026-11-22T08:00:00.000Z',
  text: 'Lamp is out of stock. It sold 2.5 a day.',
  figures: { onHand: '0', pace: '2.5' },
  toldAt: '2026-11-22T08:00:00.000Z',
  snoozedUntil: null,
  resolvedAt: null,
  resolution: null,
  closingText: null,
}

const failed: AlertIncident = {
  ...out,
  id: 'i2',
  ruleId: 'r2',
  kind: 'import_failed',
  subject: { key: 'f1', name: 'orders-of-a-very-long-and-unbroken-name-that-nobody-shortened.csv' },
  text: 'The import of orders-of-a-very-long-and-unbroken-name-that-nobody-shortened.csv failed: it is empty.',
}

export const standInIncidents: readonly AlertIncident[] = [
  out,
  failed,
  {
    ...out,
    id: 'i3',
    resolvedAt: '2026-11-21T10:00:00.000Z',
    resolution: 'recovered',
    closingText: 'Lamp is in stock again: 20.',
  },
]

const rule = {
  isOn: true,
  webhooks: ['w1'],
  changedAt: '2026-11-01T08:00:00.000Z',
  snoozedUntil: null,
  open: 1,
  lastFiredAt: '2026-11-22T08:00:00.000Z',
}

const some: AlertsState = {
  rules: [
    {
      ...rule,
      id: 'r1',
      condition: { kind: 'stock_out', products: { of: 'all' } },
      sentence: 'When a product is out of stock',
      status: '1 of 12 products is out of stock.',
    },
    {
      ...rule,
      id: 'r2',
      condition: { kind: 'import_failed' },
      sentence: 'When an import fails',
      status: '1 import failed and waits for you.',
    },
    {
      ...rule,
      id: 'r3',
      condition: { kind: 'no_orders', minutes: 60 },
      isOn: false,
      sentence: 'When no order comes for 60 minutes at a time when there should be some',
      status: null,
      open: 0,
      lastFiredAt: null,
    },
  ],
  webhooks: [
    {
      id: 'w1',
      name: 'My program',
      address: 'https://hooks.example.com/…',
      madeAt: '2026-11-01T08:00:00.000Z',
    },
  ],
  open: [out, failed],
  counts: { open: 2, loud: 2 },
  deliveries: [
    {
      id: 'msg_1',
      webhookId: 'w1',
      type: 'alert.fired',
      text: 'Northwind: Lamp is out of stock. It sold 2.5 a day.',
      madeAt: '2026-11-22T08:00:00.000Z',
      state: 'waiting',
      attempts: 2,
      nextAt: '2026-11-22T08:05:00.000Z',
      problem: 'it answered 503',
    },
  ],
  checkedAt: '2026-11-22T08:01:00.000Z',
}

export function standInAlerts(isEmpty: boolean): AlertsState {
  return isEmpty ? none : some
}
