import { TakingsError } from '../model/errors.ts'
import { plural } from '../model/sentence.ts'

/** A question before the effect of its choices on the figures is known. */
export interface OpenQuestion {
  readonly key: string
  readonly text: string
  readonly evidence: string
  readonly choices: readonly {
    readonly value: string
    readonly text: string
    /** What in the files speaks for it. */
    readonly evidence?: string
  }[]
}

/** The keys of all questions: what `--answer KEY=VALUE` takes. */
export const questionKeys = {
  dayOrder: 'day-order',
  decimalSign: 'decimal-sign',
  priceMeaning: 'price-meaning',
  discountMeaning: 'discount-meaning',
  currency: 'currency',
  rateDirection: 'rate-direction',
  payments: 'payments',
  overlap: 'repeated-lines',
  knownOrders: 'known-orders',
} as const

/** Values of the questions whose values are fixed. */
const fixedValues: Readonly<Record<string, readonly string[]>> = {
  [questionKeys.dayOrder]: ['day-first', 'month-first', 'year-first'],
  [questionKeys.decimalSign]: ['point', 'comma'],
  [questionKeys.priceMeaning]: ['unit', 'total'],
  [questionKeys.discountMeaning]: ['amount', 'unit-amount', 'share'],
  [questionKeys.rateDirection]: ['multiply', 'divide'],
  [questionKeys.payments]: ['orders', 'leave-out'],
  [questionKeys.overlap]: ['newest', 'once', 'all'],
  [questionKeys.knownOrders]: ['same-shop', 'part', 'another-shop'],
}

/**
 * Questions whose answer holds for later files of the same shape. Whether orders that are known or stand in
 * several files are the same depends on the figures of those files, so it is asked each time.
 */
export const lastingQuestions: readonly string[] = [
  questionKeys.dayOrder,
  questionKeys.decimalSign,
  questionKeys.priceMeaning,
  questionKeys.discountMeaning,
  questionKeys.currency,
  questionKeys.rateDirection,
  questionKeys.payments,
]

const answerTexts: Readonly<Record<string, string>> = {
  'day-first': 'the day stands first',
  'month-first': 'the month stands first',
  point: 'the point is the decimal sign',
  comma: 'the comma is the decimal sign',
  unit: 'the price is that of one piece',
  total: 'the price is that of the whole line',
  amount: 'the discount is money off the line',
  'unit-amount': 'the discount is money off each piece',
  share: 'the discount is a share of the price',
  multiply: 'rates say what one of another currency is worth',
  divide: 'rates say how many of another currency one is worth',
  orders: 'payments count as orders',
  'leave-out': 'payments are left out',
}

/** An answer in words. */
export function answerText(key: string, value: string): string {
  return key === questionKeys.currency
    ? `only rows in ${value} count`
    : (answerTexts[value] ?? value)
}

/** What else could be answered; empty where the values are those of a file, as currencies are. */
export function otherAnswers(key: string, value: string): readonly string[] {
  return (fixedValues[key] ?? []).filter((other) => other !== value)
}

/** Refuses answers to questions that do not exist, and values that a question does not have. */
export function checkAnswers(answers: Readonly<Record<string, string>>): void {
  const valid = Object.values(questionKeys).map((key) => {
    const values = fixedValues[key]
    return values ? `${key}=${values.join('|')}` : `${key}=CODE`
  })
  for (const [key, value] of Object.entries(answers)) {
    const known = (Object.values(questionKeys) as string[]).includes(key)
    const values = fixedValues[key]
    if (!known || (values && !values.includes(value))) {
      throw new TakingsError('unknown_answer', { answer: `${key}=${value}`, valid })
    }
  }
}

/** Between currencies of about the same worth a rate may be meant either way. */
export function rateQuestion(base: string, others: readonly string[]): OpenQuestion {
  const other = others[0] ?? 'another currency'
  return {
    key: questionKeys.rateDirection,
    text: `Do the exchange rates say what one ${other} is worth in ${base}, or how many ${other} one ${base} is worth?`,
    evidence: `${others.join(', ')} and ${base} are worth about the same, so the size of the rates does not tell.`,
    choices: [
      { value: 'multiply', text: `one ${other} is worth so many ${base}: amounts are multiplied` },
      { value: 'divide', text: `one ${base} is worth so many ${other}: amounts are divided` },
    ],
  }
}

/** Payments name no goods, and what they pay for may be known from the shop itself. */
export function paymentsQuestion(names: readonly string[]): OpenQuestion {
  return {
    key: questionKeys.payments,
    text: `${names.join(', ')} holds payments. Are they the only record of these sales, or do you import the orders that they pay for from elsewhere?`,
    evidence:
      'Each row is a payment and names no products. Where the orders come from the shop as well, each sale would count twice; where they do not, leaving the payments out would lose it.',
    choices: [
      { value: 'orders', text: 'the only record: each payment counts as an order' },
      { value: 'leave-out', text: 'the orders come from elsewhere: the payments are left out' },
    ],
  }
}

export function overlapQuestion(orders: number): OpenQuestion {
  return {
    key: questionKeys.overlap,
    text: `${plural(String(orders), 'order stands', 'orders stand')} in several of these files, partly with the same lines. Does a line that stands twice count once or twice?`,
    evidence:
      'Files that repeat each other share their lines; files that each hold a part of an order do not.',
    choices: [
      {
        value: 'newest',
        text: 'as in the later file: these orders were changed, and the file whose orders go on longest has them as they are',
      },
      { value: 'once', text: 'once: the files overlap' },
      { value: 'all', text: 'each time: the lines only look alike' },
    ],
  }
}

export function knownOrdersQuestion(counts: {
  readonly losing: number
  readonly otherDayAndCustomer: number
}): OpenQuestion {
  const losing =
    counts.losing > 0
      ? `${counts.losing} known orders come with fewer lines than before, or without a product they had. `
      : ''
  const other =
    counts.otherDayAndCustomer > 0
      ? `${counts.otherDayAndCustomer} known orders come with another day and another customer. `
      : ''
  return {
    key: questionKeys.knownOrders,
    text: 'Orders with these numbers are known, but look different. Is it the same shop, a part of its orders, or another shop?',
    evidence: `${losing}${other}Another shop, or only a part of the orders, would look like this.`,
    choices: [
      {
        value: 'same-shop',
        text: 'the same shop: what these files say replaces what is known of these orders',
      },
      {
        value: 'part',
        text: 'a part of these orders: lines that are not known yet are added, the others stay',
      },
      {
        value: 'another-shop',
        text: 'another shop: keep both apart, each under a name of its own (--source)',
      },
    ],
  }
}
