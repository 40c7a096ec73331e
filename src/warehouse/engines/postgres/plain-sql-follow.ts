import { anyDay } from '../../../model/change.ts'
import { noEarlierOrder } from '../../set-aside.ts'
import { notLoading } from './loader-setting.ts'
import { changeChannel, writerLock } from './names.ts'
import type { SqlFunction } from './sql-function.ts'

/**
 * What follows a statement of plain SQL: days whose facts it touched are dirty, so that no figure comes from a rollup
 * that does not know of it; orders and first orders follow their lines; its run accounts for it, and servers hear of it.
 */

/** Where a statement's function keeps the days that it touched. */
export const daysOfStatement =
  'CREATE TEMP TABLE IF NOT EXISTS takings_days (day DATE) ON COMMIT DROP; DELETE FROM takings_days;'

const markDays = `INSERT INTO dirty_days SELECT DISTINCT day FROM takings_days
    WHERE day IS NOT NULL AND day NOT IN (SELECT day FROM dirty_days);`

/**
 * Marks `takings_days`, where rollups know the facts, and tells of them, or of every day where answers about any may
 * differ. Without a run it is told under the newest.
 */
const tellOfDays: SqlFunction = {
  name: 'tell_of_days',
  parameters: 'run BIGINT, tables TEXT, rolled_up BOOLEAN, every_day BOOLEAN',
  returns: 'VOID',
  declare:
    '  first_day DATE;\n  last_day DATE;\n  newest BIGINT := coalesce(run, (SELECT max(run_id) FROM runs), 0);',
  body: `  IF rolled_up THEN ${markDays} END IF;
  SELECT min(day), max(day) INTO first_day, last_day FROM takings_days;
  UPDATE runs SET finished_at = now(), period_from = least(period_from, first_day), period_to = greatest(period_to, last_day)
  WHERE run_id = run;
  PERFORM pg_notify('${changeChannel}', json_build_object('from', 'sql', 'change', json_build_object('sequence', newest,
    'tables', string_to_array(tables, ','), 'days', CASE WHEN every_day THEN json_build_object('from', '${anyDay.from}', 'to', '${anyDay.to}')
      WHEN first_day IS NOT NULL THEN json_build_object('from', first_day, 'to', last_day) END))::TEXT);`,
}

/** Lines that come for a month or an order that was set aside would stand beside its own when it is put back. */
const refuseSetAside: SqlFunction = {
  name: 'refuse_set_aside',
  returns: 'VOID',
  declare: '  held DATE;',
  body: `  SELECT min(aside.month) INTO held FROM set_aside_months AS aside WHERE dropped_at IS NULL AND (
    aside.month IN (SELECT date_trunc('month', day)::DATE FROM takings_touched WHERE sign = 1)
    OR aside.month IN (SELECT date_trunc('month', order_date)::DATE FROM set_aside_orders
      WHERE order_id IN (SELECT order_id FROM takings_touched WHERE sign = 1)));
  IF held IS NOT NULL THEN
    RAISE EXCEPTION 'the month % was set aside, and takes no lines', to_char(held, 'YYYY-MM') USING ERRCODE = 'check_violation',
      HINT = format('Put it back first: takings partitions attach %s', to_char(held, 'YYYY-MM'));
  END IF;`,
}

/** An owner who takes a partition off leaves it its triggers: its lines are no facts any more, and nothing follows them. */
const unlessAttached = `IF TG_RELID <> 'sales_fact'::REGCLASS AND NOT EXISTS (SELECT 1 FROM pg_inherits
    WHERE inhrelid = TG_RELID AND inhparent = 'sales_fact'::REGCLASS) THEN RETURN NULL; END IF;`

/** After a statement: what its rows touched follows them, and its run accounts for them. */
const followSales: SqlFunction = {
  name: 'follow_sales',
  returns: 'TRIGGER',
  declare: '  run BIGINT;\n  added RECORD;\n  more_orders INTEGER;',
  body: `  ${unlessAttached}
  CREATE TEMP TABLE IF NOT EXISTS takings_touched (order_id BIGINT, customer_id BIGINT, day DATE, price NUMERIC, units NUMERIC, sign INTEGER) ON COMMIT DROP;
  DELETE FROM takings_touched;
  ${daysOfStatement}
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO takings_touched SELECT order_id, customer_id, order_date, total_price, quantity, 1 FROM new_rows;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO takings_touched SELECT order_id, customer_id, order_date, total_price, quantity, -1 FROM old_rows;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM takings_touched) THEN RETURN NULL; END IF;
  PERFORM refuse_set_aside();
  run := plain_run();
  UPDATE customers SET first_order_date = first.day FROM (
    SELECT lines.customer_id, CASE WHEN ${noEarlierOrder('lines.customer_id', 'lines.day')} THEN lines.day END AS day FROM (
      SELECT known.customer_id, min(sales_fact.order_date) AS day FROM (SELECT DISTINCT customer_id FROM takings_touched) AS known
      LEFT JOIN sales_fact ON sales_fact.customer_id = known.customer_id GROUP BY known.customer_id) AS lines) AS first
  WHERE customers.customer_id = first.customer_id AND customers.customer_id <> 0
    AND customers.first_order_date IS DISTINCT FROM first.day;
  IF TG_OP = 'INSERT' THEN
    SELECT count(*) INTO more_orders FROM orders
    JOIN (SELECT order_id, count(*) AS lines FROM takings_touched GROUP BY order_id) AS coming ON coming.order_id = orders.order_id
    WHERE orders.run_id = run AND coming.lines = (SELECT count(*) FROM sales_fact WHERE sales_fact.order_id = orders.order_id);
  ELSE
    DELETE FROM orders WHERE state = 'counted' AND order_id IN (SELECT order_id FROM takings_touched)
      AND NOT EXISTS (SELECT 1 FROM sales_fact WHERE sales_fact.order_id = orders.order_id);
    GET DIAGNOSTICS more_orders = ROW_COUNT;
    more_orders := -more_orders;
    UPDATE orders SET order_date = moved.day FROM (
      SELECT order_id, min(order_date) AS day FROM sales_fact WHERE order_id IN (SELECT order_id FROM takings_touched) GROUP BY order_id) AS moved
    WHERE orders.order_id = moved.order_id AND orders.order_date <> moved.day;
    DELETE FROM order_charges_fact WHERE order_id IN (SELECT order_id FROM takings_touched)
      AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.order_id = order_charges_fact.order_id AND state = 'counted');
    UPDATE order_charges_fact SET order_date = orders.order_date FROM orders
    WHERE orders.order_id = order_charges_fact.order_id AND orders.order_date <> order_charges_fact.order_date
      AND orders.order_id IN (SELECT order_id FROM takings_touched);
  END IF;
  SELECT min(day) AS first_day, max(day) AS last_day, count(*) FILTER (WHERE sign = 1 OR TG_OP = 'DELETE') AS lines,
    sum(sign * price) AS revenue, sum(sign * units) AS units INTO added FROM takings_touched;
  UPDATE runs SET finished_at = now(), rows_in = rows_in + added.lines, rows_accepted = rows_accepted + added.lines,
    period_from = least(period_from, added.first_day), period_to = greatest(period_to, added.last_day) WHERE run_id = run;
  UPDATE runs SET report = report::JSONB || jsonb_build_object(
      'rows', report::JSONB -> 'rows' || jsonb_build_object('in', rows_in, 'accepted', rows_accepted),
      'period', jsonb_build_object('from', period_from, 'to', period_to),
      'orders', report::JSONB -> 'orders' || jsonb_build_object(
        'new', (report::JSONB -> 'orders' ->> 'new')::INTEGER + greatest(more_orders, 0)),
      'totals', report::JSONB -> 'totals' || jsonb_build_object(
        'orders', (report::JSONB -> 'totals' ->> 'orders')::INTEGER + more_orders,
        'revenue', ((report::JSONB -> 'totals' ->> 'revenue')::NUMERIC + added.revenue)::TEXT,
        'net_sales', ((report::JSONB -> 'totals' ->> 'net_sales')::NUMERIC + added.revenue)::TEXT,
        'units', ((report::JSONB -> 'totals' ->> 'units')::NUMERIC + added.units)::TEXT)) WHERE run_id = run;
  DELETE FROM takings_days;
  INSERT INTO takings_days SELECT day FROM takings_touched;
  PERFORM tell_of_days(run, 'sales_fact,orders', true, false);
  RETURN NULL;`,
}

/** Facts that stand for themselves: their days are dirty, and that is all. */
function followFact(table: string, day: string, rolledUp: boolean): SqlFunction {
  return {
    name: `follow_${table}`,
    returns: 'TRIGGER',
    body: `  ${daysOfStatement}
  IF TG_OP <> 'DELETE' THEN INSERT INTO takings_days SELECT ${day} FROM new_rows; END IF;
  IF TG_OP <> 'INSERT' THEN INSERT INTO takings_days SELECT ${day} FROM old_rows; END IF;
  IF EXISTS (SELECT 1 FROM takings_days) THEN PERFORM tell_of_days(plain_run(), '${table}', ${rolledUp}, false); END IF;
  RETURN NULL;`,
  }
}

/** Answers name members, and are by what members have: where one is described anew they differ on any day. */
function described(...columns: readonly string[]): string {
  const values = (rows: string) => columns.map((column) => `${rows}.${column}`).join(', ')
  return `IF TG_OP = 'UPDATE' THEN
    renamed := EXISTS (SELECT ${values('new_rows')} FROM new_rows EXCEPT SELECT ${values('old_rows')} FROM old_rows);
  END IF;`
}

const isRenamed = '  renamed BOOLEAN := false;'

/** Rollups know the days of first orders. */
const followCustomers: SqlFunction = {
  name: 'follow_customers',
  returns: 'TRIGGER',
  declare: isRenamed,
  body: `  ${daysOfStatement}
  IF TG_OP = 'INSERT' THEN INSERT INTO takings_days SELECT first_order_date FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN INSERT INTO takings_days SELECT first_order_date FROM old_rows;
  ELSE
    INSERT INTO takings_days SELECT unnest(ARRAY[old_rows.first_order_date, new_rows.first_order_date]) FROM new_rows
    JOIN old_rows ON old_rows.customer_id = new_rows.customer_id
    WHERE old_rows.first_order_date IS DISTINCT FROM new_rows.first_order_date;
  END IF;
  ${described('customer_id', 'name', 'email')}
  PERFORM tell_of_days(NULL, 'customers', true, renamed);
  RETURN NULL;`,
}

/** Rollups know facts by the category and the cost of their products: all days of those that change are dirty. */
const followProducts: SqlFunction = {
  name: 'follow_products',
  returns: 'TRIGGER',
  declare: isRenamed,
  body: `  ${daysOfStatement}
  IF TG_OP = 'UPDATE' THEN
    CREATE TEMP TABLE takings_products ON COMMIT DROP AS SELECT new_rows.product_id FROM new_rows
    JOIN old_rows ON old_rows.product_id = new_rows.product_id
    WHERE new_rows.category <> old_rows.category OR new_rows.unit_cost IS DISTINCT FROM old_rows.unit_cost;
    INSERT INTO takings_days SELECT order_date FROM sales_fact WHERE product_id IN (SELECT product_id FROM takings_products)
    UNION SELECT return_date FROM returns_fact WHERE product_id IN (SELECT product_id FROM takings_products);
    DROP TABLE takings_products;
  END IF;
  ${described('product_id', 'product_key', 'sku', 'product_name', 'category', 'kind', 'price', 'unit_cost')}
  PERFORM tell_of_days(NULL, 'products', true, renamed);
  RETURN NULL;`,
}

const followRegions: SqlFunction = {
  name: 'follow_regions',
  returns: 'TRIGGER',
  body: `  ${daysOfStatement}
  PERFORM tell_of_days(NULL, 'regions', false, TG_OP = 'UPDATE');
  RETURN NULL;`,
}

/**
 * Lines of counted orders stand in the facts, on the day of their order: those of an order that plain SQL takes away or
 * ceases to count go, and those of one that it moves move. Rollups know which orders stand for one line.
 */
const followOrders: SqlFunction = {
  name: 'follow_orders',
  returns: 'TRIGGER',
  declare: '  gone INTEGER := 0;\n  run BIGINT;',
  body: `  CREATE TEMP TABLE IF NOT EXISTS takings_orders (order_id BIGINT, day DATE, goes BOOLEAN, anonymity BOOLEAN) ON COMMIT DROP;
  DELETE FROM takings_orders;
  IF TG_OP = 'INSERT' THEN INSERT INTO takings_orders SELECT order_id, order_date, false, anonymous FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN INSERT INTO takings_orders SELECT order_id, order_date, true, false FROM old_rows;
  ELSE
    IF EXISTS (SELECT order_id FROM old_rows EXCEPT SELECT order_id FROM new_rows) THEN
      RAISE EXCEPTION 'an order keeps its order_id, by which its lines know it' USING ERRCODE = 'feature_not_supported',
        HINT = 'Delete it and insert another.';
    END IF;
    INSERT INTO takings_orders SELECT old_rows.order_id, new_rows.order_date, new_rows.state <> 'counted',
      new_rows.anonymous <> old_rows.anonymous
    FROM old_rows JOIN new_rows ON new_rows.order_id = old_rows.order_id;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM takings_orders) THEN RETURN NULL; END IF;
  SELECT count(DISTINCT order_id) INTO gone FROM sales_fact WHERE order_id IN (SELECT order_id FROM takings_orders WHERE goes);
  ${daysOfStatement}
  INSERT INTO takings_days SELECT order_date FROM sales_fact WHERE order_id IN (SELECT order_id FROM takings_orders WHERE anonymity);
  run := plain_run();
  PERFORM tell_of_days(run, 'orders', true, false);
  DELETE FROM sales_fact WHERE order_id IN (SELECT order_id FROM takings_orders WHERE goes);
  PERFORM ensure_day(day) FROM takings_orders;
  UPDATE sales_fact SET order_date = takings_orders.day FROM takings_orders
  WHERE sales_fact.order_id = takings_orders.order_id AND sales_fact.order_date <> takings_orders.day;
  UPDATE runs SET report = jsonb_set(report::JSONB, '{totals,orders}',
    to_jsonb((report::JSONB -> 'totals' ->> 'orders')::INTEGER - gone)) WHERE run_id = run AND gone > 0;
  RETURN NULL;`,
}

/** TRUNCATE names no rows: those of a fact go as by DELETE, which all else follows. */
const truncateFact: SqlFunction = {
  name: 'truncate_fact',
  returns: 'TRIGGER',
  body: `  IF TG_TABLE_NAME = 'orders' THEN DELETE FROM sales_fact; END IF;
  EXECUTE format('DELETE FROM %I', TG_TABLE_NAME);
  RETURN NULL;`,
}

const refuseTruncate: SqlFunction = {
  name: 'refuse_truncate',
  returns: 'TRIGGER',
  body: `  RAISE EXCEPTION 'TRUNCATE would take the Unknown member of % away, which facts need', TG_TABLE_NAME
    USING ERRCODE = 'feature_not_supported', HINT = format('Use DELETE FROM %s with a condition.', TG_TABLE_NAME);`,
}

/**
 * TRUNCATE has the whole table by now. Whoever loads may need it before it ends, so waiting for the load would be waiting
 * for ever.
 */
const refuseWhileWriting: SqlFunction = {
  name: 'refuse_while_writing',
  returns: 'TRIGGER',
  body: `  IF NOT pg_try_advisory_xact_lock(${writerLock}) THEN
    RAISE EXCEPTION 'TRUNCATE is refused while others write' USING ERRCODE = 'lock_not_available',
      HINT = 'Try again, or use DELETE, which waits.';
  END IF;
  RETURN NULL;`,
}

/**
 * Before a statement locks any row: a load that renews rollups must not miss what it does, nor wait for its rows while it
 * waits for the load.
 */
const waitForWriters: SqlFunction = {
  name: 'wait_for_writers',
  returns: 'TRIGGER',
  body: `  PERFORM pg_advisory_xact_lock(${writerLock});
  RETURN NULL;`,
}

/** In an order in which they can be made. */
export const followers: readonly SqlFunction[] = [
  waitForWriters,
  tellOfDays,
  refuseSetAside,
  followSales,
  followFact('returns_fact', 'return_date', true),
  followFact('order_charges_fact', 'order_date', true),
  followFact('stock_fact', 'occurred_on', false),
  followCustomers,
  followProducts,
  followRegions,
  followOrders,
  truncateFact,
  refuseTruncate,
  refuseWhileWriting,
]

const touched: Readonly<Record<string, string>> = {
  INSERT: 'NEW TABLE AS new_rows',
  UPDATE: 'OLD TABLE AS old_rows NEW TABLE AS new_rows',
  DELETE: 'OLD TABLE AS old_rows',
}

/** A trigger for each kind of statement; they are replaced where they are known. */
function follow(table: string, name: string, condition = notLoading): string[] {
  return Object.entries(touched).map(
    ([
      event,
      rows,
    ]) => `CREATE OR REPLACE TRIGGER ${name}_after_${event.toLowerCase()} AFTER ${event} ON ${table} REFERENCING ${rows}
FOR EACH STATEMENT WHEN (${condition}) EXECUTE FUNCTION ${name}()`,
  )
}

interface Statements {
  readonly on: string
  /** INSERT OR UPDATE OR DELETE, unless told otherwise. */
  readonly events?: string
  readonly condition?: string
}

function before(
  { on, events = anyWrite, condition = notLoading }: Statements,
  name: string,
): string {
  return `CREATE OR REPLACE TRIGGER ${name} BEFORE ${events} ON ${on}
FOR EACH STATEMENT WHEN (${condition}) EXECUTE FUNCTION ${name}()`
}

/** In the order of their names, which is that of firing. */
function truncated(table: string): string[] {
  return [
    before({ on: table, events: 'TRUNCATE' }, 'refuse_while_writing'),
    before({ on: table, events: 'TRUNCATE' }, 'truncate_fact'),
  ]
}

/** Of the order lines as a whole, and again of each partition of them. */
export function saleTriggers(table: string): string[] {
  return [
    before({ on: table }, 'wait_for_writers'),
    ...follow(table, 'follow_sales'),
    ...truncated(table),
  ]
}

const anyWrite = 'INSERT OR UPDATE OR DELETE'
const facts = ['returns_fact', 'order_charges_fact', 'stock_fact']
const members = ['customers', 'products', 'regions']
/** What triggers do to orders on behalf of their lines needs nothing to follow it. */
const typed = `${notLoading} AND pg_trigger_depth() = 0`

/** Made once all tables stand. */
export const followingTriggers: readonly string[] = [
  ...saleTriggers('sales_fact'),
  ...[...facts, ...members].flatMap((table) => [
    before({ on: table }, 'wait_for_writers'),
    ...follow(table, `follow_${table}`),
  ]),
  before({ on: 'orders', condition: typed }, 'wait_for_writers'),
  ...follow('orders', 'follow_orders', typed),
  ...[...facts, 'orders'].flatMap(truncated),
  ...[...members, 'dates', 'customer_keys'].map((table) =>
    before({ on: table, events: 'TRUNCATE' }, 'refuse_truncate'),
  ),
]
