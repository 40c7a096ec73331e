/** How the products of a shop stand at the end of a day, or now, and what to order: the answer of the inventory. */

/** What a shop decides about its stock. */
export interface StockRules {
  /** Days from ordering goods to having them. */
  readonly leadTimeDays: number
  /** In how many of a hundred deliveries the stock should last until the goods are there; one of `serviceLevels`. */
  readonly serviceLevel: ServiceLevel
  /** Days between two orders of goods: what is ordered lasts so long beyond the lead time. */
  readonly orderEveryDays: number
  /** Stock that lasts longer than so many days is too much. */
  readonly overstockDays: number
}

export type StockRulesChange = {
  readonly [Name in keyof StockRules]?: StockRules[Name] | undefined
}

export const serviceLevels = ['80', '85', '90', '95', '97.5', '98', '99', '99.5', '99.9'] as const
export type ServiceLevel = (typeof serviceLevels)[number]

/** Days that a rule may state. */
export const ruleDays = {
  leadTimeDays: { least: 0, most: 365 },
  orderEveryDays: { least: 1, most: 365 },
  overstockDays: { least: 1, most: 3_650 },
} as const

export const defaultStockRules: StockRules = {
  leadTimeDays: 14,
  serviceLevel: '95',
  orderEveryDays: 14,
  overstockDays: 180,
}

/**
 * `low`: no more than the reorder point is left. `out`: nothing is left of what sold lately. `overstock`: it lasts too
 * long, or nothing of it sold lately. `ended`: neither in stock nor sold lately. `unknown`: never counted.
 */
export const stockStates = ['healthy', 'low', 'out', 'overstock', 'ended', 'unknown'] as const
export type StockState = (typeof stockStates)[number]

/** Where the pace of a product was taken from. */
export interface Pace {
  /** Units a day in stock, six decimals. */
  readonly perDay: string
  readonly units: string
  /** Days in stock on which these were sold, of the last `windowDays` whole days. */
  readonly daysInStock: number
  readonly windowDays: number
}

/** All quantities are decimal text in pieces. */
export interface StockPlanLine {
  /** As queries name it. */
  readonly product: string
  readonly name: string
  readonly sku: string | null
  readonly category: string
  readonly state: StockState
  /** Null where it was never counted. */
  readonly onHand: string | null
  /** Sold beyond what counts explain. */
  readonly oversold: string
  /** Null where it sold nothing on any day in stock of the last 90. */
  readonly pace: Pace | null
  /** How many days `onHand` lasts at the pace, one decimal. */
  readonly daysOfCover: string | null
  /** The day on which nothing is left at the pace; the day of the plan where that is so already. */
  readonly runsOutOn: string | null
  readonly reorderPoint: string | null
  /** What to order now; 0 while more than the reorder point is there. What is on order already is not known. */
  readonly orderQuantity: string | null
  /** Whole days of the last 28 without stock, and what was not sold on them at the pace. */
  readonly daysOut: number
  readonly lostUnits: string
  /** At the average price of the units of the pace; null where nothing was lost or no price is known. */
  readonly lostSales: string | null
  /** Of what was there in the last 28 days the share that was sold, as a ratio of six decimals. */
  readonly sellThrough: string | null
  /** Why this is proposed, in a sentence. */
  readonly because: string
}

export interface StockPlan {
  /** Levels are those of now where it is today, else of the end of it. */
  readonly day: string
  readonly rules: StockRules
  readonly currency: string | null
  readonly products: readonly StockPlanLine[]
}
