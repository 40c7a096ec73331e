import { type Catalogue, metricNames } from '../model/query.ts'
import { metrics } from './definitions/definitions.ts'
import { dimensionList, dimensions } from './dimensions.ts'

/** Every metric and dimension as data, for pages and the API. */
export function catalogue(): Catalogue {
  return {
    metrics: metricNames.map((name) => {
      const { figure: _, caveats: __, ...description } = metrics[name]
      return description
    }),
    dimensions: dimensionList.map(({ name, label }) => ({ name, label })),
  }
}

/** `docs/metrics.md`, made from the catalogue. */
export function metricReference(): string {
  return `${[introduction, ...catalogue().metrics.map(metricSection), dimensionSection(), notes].join('\n\n')}\n`
}

const introduction = `# Metrics

Made from the definitions in \`src/metrics/definitions/\`; a test keeps this page equal to them.

Only orders that count are in the figures: lines of cancelled orders and of orders that are not placed
yet are never loaded as sales. Days are the shop's own days. Money is in the shop's one reporting
currency, exact to four decimals; ratios are divided in decimals and rounded half away from zero.
A metric is *additive* over a dimension when its parts may be added up to the whole; for all others the
whole is asked as one.`

function metricSection(metric: Catalogue['metrics'][number]): string {
  const { name, label, unit, definition, formula, goodDirection, additiveOver, whenEmpty } = metric
  const missing = dimensionList.filter((each) => !metric.dimensions.includes(each.name))
  const split = missing.length === 0 ? 'all dimensions' : listed(metric.dimensions)
  const sums =
    additiveOver.length === dimensionList.length ? 'all dimensions' : listed(additiveOver)
  return `## ${name}

**${label}.** ${definition}

| | |
|---|---|
| formula | \`${formula}\` |
| unit | ${unit} |
| good direction | ${goodDirection} |
| dimensions | ${split} |
| additive over | ${sums} |
| where nothing is | ${whenEmpty ?? 'no value'} |`
}

function dimensionSection(): string {
  const rows = dimensionList.map(
    ({ name, label }) => `| \`${name}\` | ${label} | ${cellText(name)} |`,
  )
  return `## Dimensions

| name | label | a row shows |
|---|---|---|
${rows.join('\n')}`
}

function cellText(name: keyof typeof dimensions): string {
  const { calendar, member, code } = dimensions[name]
  if (calendar) return `the first day of the ${name}, yyyy-mm-dd`
  if (name === 'weekday') return '1 (Monday) to 7 (Sunday)'
  if (name === 'hour') return '0 to 23, shop-local; no value where the source gives no time'
  if (member) return `the name; \`${name}_key\` holds the id, which tells namesakes apart`
  return code ? `the name; \`${name}_key\` holds the ISO code` : 'the name'
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : 'nothing'
}

const notes = `## Notes

Notes stand under an answer and say what it leaves out or cannot know.

| code | when |
|---|---|
| \`without_customer\`, \`without_product\`, \`without_region\` | a ranking leaves out the Unknown member, or customers are counted: the amount and its share |
| \`fees_left_out\` | a ranking of products leaves out fees sold as products: the amount and its share |
| \`returns_without_amount\` | returns whose amount is not known: in returned units, not in money |
| \`orders_unavailable\` | lines without an order number: orders and what is reckoned per order are not known |
| \`currency_not_stated\` | no source stated the currency, so no sign is shown |
| \`no_cost\` | revenue whose cost is not known is left out of the margin; stock with neither cost nor price of its value |
| \`never_counted\` | products without any stock count up to the day: stock not known, left out |
| \`oversold\` | more was sold than counts and receipts explain: stands at 0 |
| \`no_hour\` | lines without a time of day |
| \`period_running\` | the range is not over: compared with the same elapsed part |
| \`compare_before_data\` | the compared range begins before the data does |
| \`month_set_aside\` | the lines of a month in the range were set aside, or dropped, and are not counted |
| \`no_match\` | a condition names something that the shop does not have |
| \`no_data\` | there are no facts in the range |`
