/** The closed lists of what can be said of a row or of an import. Reports use the codes, people the sentences. */

/** Why a row was rejected: not loaded, kept whole, can be fixed and imported again. */
export const rejectReasons = {
  negative_price: 'the unit price is negative',
  missing_date: 'there is no order date',
  unreadable_date: 'the date is not a date in the notation of its column',
  date_out_of_range: 'the date is before 1990 or in the future',
  missing_quantity: 'there is no quantity',
  unreadable_quantity: 'the quantity is not a number in the notation of its column',
  zero_quantity: 'the quantity is zero',
  missing_price:
    'neither a price nor a line total is stated, and no products table of the import gives the product a price',
  unreadable_price: 'the price is not a number in the notation of its column',
  unreadable_total: 'the line total is not a number in the notation of its column',
  unreadable_number: 'a number is not readable in the notation of its column',
  number_too_large: 'a number is larger than 14 digits before the decimal sign',
  negative_total: 'the line total is negative while the quantity is positive',
  missing_key: 'the row has no key',
  missing_order: 'the row names no order',
  unknown_currency: 'the currency is not the one of this import and no rate is given',
  discount_out_of_range: 'the discount is more than the price',
  negative_stock: 'the stock count is negative',
  negative_cost: 'the unit cost is negative',
  malformed_row: 'the record does not fit the columns of its file',
  malformed_json: 'the record is not valid JSON',
  duplicate_key: 'the same key stands in an earlier row with other content',
} as const
export type RejectReason = keyof typeof rejectReasons

/** Why a row was ignored: it is no data of the shop's sales. */
export const ignoreReasons = {
  stock_write_off: 'stock written off: a negative quantity without a price',
  blank_row: 'the row is blank',
  repeated_header: 'the header stands again',
  total_row: 'a total of other rows',
  discount_row:
    'a discount that stands as a line: taken off the other lines of its order, if it has some',
  remark_row: 'a remark below or between the rows of a table',
  order_cancelled: 'the order is cancelled',
  order_not_counted: 'the order is a draft, a test, pending or failed: its status does not count',
  no_sale:
    'a transfer, fee or conversion among payments, shipping given back, or what is part of another row: no sale',
  order_without_lines: 'the order has no lines',
  detail_row: 'the row only adds pictures or the like to the product above it',
  calendar_row: 'a row of a calendar: Takings makes its own',
  not_loaded: 'the table holds nothing that Takings loads',
} as const
export type IgnoreReason = keyof typeof ignoreReasons

/** Why a row was set aside as a duplicate: it counts once, in the row before it. */
export const duplicateReasons = {
  repeated_row: 'the same row stands earlier in this import',
  older_state: 'the order stands in this import in a newer state',
  mended_twice: 'another correction of the same rejected row stands earlier in this import',
} as const
export type DuplicateReason = keyof typeof duplicateReasons

/** What an import warns of. */
export const warningCodes = {
  offsetting_rejects: 'accepted revenue has rejected lines of the opposite amount',
  identical_lines: 'identical lines inside one order, kept',
  missing_customer: 'lines without a customer',
  discount_beyond_goods: 'orders with a discount of more than their goods cost: not taken off',
  returns_held:
    'returns of orders that do not count, such as cancelled ones: they count no more than these',
  customers_merged: 'customers known apart that have one e-mail: they are one customer now',
  missing_product: 'lines that name no product: they count for the Unknown product',
  missing_product_name: 'products without a name',
  several_names: 'products with more than one name',
  keys_differ_in_case: 'product keys that differ only in case, kept apart',
  regions_differ: 'regions that several tables describe differently: the last table counts',
  orders_filled_down:
    'rows without order number and date, as in merged cells: taken for lines of the order above',
  order_with_several_days: 'orders whose lines state several days: the first counts',
  order_with_several_customers: 'orders whose lines state several customers: the first counts',
  currency_not_stated: 'the currency is not stated: set it',
  day_order_told_by_rows: 'dates whose day and month only the order of the rows tells apart',
  day_month_swapped:
    'dates of which a spreadsheet seems to have swapped day and month: those up to the 12th are doubtful',
  mixed_notation: 'one column is written in several notations',
  mixed_units: 'numbers beside several units, counted as they stand',
  scientific_numbers: 'numbers written like 1.2E+05: digits may be lost',
  time_zone_assumed: 'the time zone was assumed',
  total_differs: 'line totals that differ from quantity x price: the stated total counts',
  price_doubtful: 'a column whose values look like a price in one file and like a total in another',
  known_in_other_source: 'orders with the numbers and days of orders that another source holds',
  kind_by_name: 'tables that count as returns or as cancelled by their name or one column alone',
  returned_assumed: 'marks of lines that came back, which may count the pieces instead',
  named_like_sum:
    'products called like a sum, such as "Total", which count as sales, and lines left out because they come to what others do',
  placeholders: 'words such as ERROR that stand for missing values: taken as blank',
  quantity_told_by_total: 'lines without a readable quantity: it was told by total / price',
  total_told_by_price: 'lines without a readable total: quantity x price counts',
  costs_not_used: 'costs that are negative or not readable: taken as not stated',
  returns_without_amount: 'returns without an amount',
  stock_repeated:
    'stock that stands several times under one product, moment, kind and place: the last count and the last file count',
  stock_replaced: 'stock that was known with another quantity: the newer one counts',
  undated_stock: 'stock counts without a date: taken at the time of the file',
  hidden_sheets: 'hidden sheets of a workbook: not read',
  formulas_without_results: 'cells that hold a formula but not its result: read as blank',
  zero_bytes: 'zero bytes in a text: left out',
  ignored_file: 'a file that holds nothing that Takings loads',
  ignored_columns: 'columns that were not used',
  assumed_layout: 'a file was recognised by its values rather than its headers',
  cancelled_orders: 'cancelled orders, counted nowhere',
  unknown_status: 'statuses of orders that stand in no list: their orders count',
  rejected_rows: 'rows were rejected',
  scientific_identifiers: 'identifiers that Excel turned into 1.2E+12',
  leading_zeros_lost: 'identifiers that seem to have lost zeros in front',
  repeated_file: 'the file was given twice',
  anonymous_orders: 'lines without an order number',
  priced_from_list: "lines that state no price, priced at quantity x their product's price",
  quantity_assumed: 'no quantity is stated: one piece a line',
  lines_added: 'lines that were added to orders known before: rows that were mended, or parts',
  lines_already_known: 'rows of parts that were not added: the same are known already',
  mended_before: 'mended rows that were not loaded: an earlier import loaded them',
  order_known_newer: 'rows of parts that were not added: their order is known in a newer version',
  order_still_counted:
    'orders that a part calls cancelled or not counted, and that count with other lines',
  refunds_unused:
    'refunds that orders mention and that come in files of their own: not taken off yet',
  refunds_spread:
    'refunds of parts of orders that name no goods: taken off their lines by what was paid for each',
  order_sum_differs: 'orders whose lines do not add up to the sum that the order states',
  order_total_differs:
    'orders whose lines and charges do not come to the total that the order states',
  tax_in_revenue: 'prices that include tax, as the totals of their orders show: so does revenue',
  tax_untold: 'orders with tax of which nothing tells whether prices include it',
  charges_untold:
    'charges that the amounts beside them may include, and refunds that they may be without',
  refunds_unknown: 'orders that were refunded in part, without a word of how much',
  amounts_in_thousands:
    'amounts that their header says to be in thousands: they count as they stand',
  amounts_in_minor_units:
    'amounts that are stated in cents or the like: divided where they are whole',
  tax_taken_off: 'line totals that include tax: revenue is without it',
  charges_unread: 'amounts beside the goods that are no numbers',
  charges_of_parts: 'charges of orders that came in part: what was known of them stays',
  payments_counted: 'payments count as orders, as answered',
  payments_left_out: 'payments that were left out, as answered',
  converted: 'lines in other currencies, converted by the exchange rates of the import',
  amounts_beside_lines:
    'payments, taxes or the like of orders whose lines are in the import: not counted beside them',
  refunds_beside_orders:
    'refunds that orders tell and that come by themselves as well: the latter count',
  orders_without_lines: 'orders that no order line belongs to: not counted',
  returns_twice:
    'returns of one product of one order, or of the order, that stand in several files',
  returns_uncounted: 'returns of orders that are cancelled or not counted',
  order_discount_unused: 'discounts of whole orders that were not taken off their lines',
  order_total_unused: 'a total that repeats on every line of an order was not used',
  remembered_contradicted:
    'an answer of an earlier import that the values of a file disprove: the values count, and it is forgotten',
  remembered_replaced: 'an answer of an earlier import that was answered otherwise now',
  written_by_sql: 'rows of a database that plain SQL wrote, and no import',
  partitions_changed: 'months of order lines that were attached, set aside, detached or dropped',
} as const
export type WarningCode = keyof typeof warningCodes

/** What an import changed in values beyond reading them as they are written. */
export const repairReasons = {
  identifier_without_zero: 'identifiers that end in ".0" throughout: the end was taken off',
  quantity_told: 'no readable quantity: it was told by total / price',
  total_told: 'no readable total: it was told by quantity x price',
  price_from_list: 'no price stated: priced at quantity x the price of the product',
  word_blanked: 'a word that stands for a missing value: taken as blank',
  no_customer: 'a word that names no customer, such as guest: taken as blank',
  email_lower_case: 'e-mail addresses written in lower case',
  cost_unused: 'a cost that is negative or no number: taken as blank',
  age_unused: 'an age that is none: taken as blank',
  time_moved: "times taken to the shop's time zone",
  number_rounded: 'more decimals than are kept: rounded to four',
  day_of_order: 'lines of one order on several days: all of them count on its first',
  customer_of_order: 'lines of one order with several customers: all of them count for its first',
} as const
export type RepairReason = keyof typeof repairReasons

/**
 * Rejected rows go out with one column beside their own: whose row it is, where it stood, and why it was
 * rejected (`shop #3.1.52: there is no quantity`). A file that comes with it holds rows to add to their
 * orders, not whole orders.
 */
export const whyHeader = 'why it was rejected'
