import { type ImportReport, reportOfNothing } from '../../../model/import.ts'
import { notLoading } from './loader-setting.ts'
import { writerLock } from './names.ts'
import { followers, followingTriggers } from './plain-sql-follow.ts'
import { firstLook, knownPartitions, partitionFunctions, watchAll } from './plain-sql-partitions.ts'
import { dropMade, made, type SqlFunction } from './sql-function.ts'

/**
 * What makes rows that plain SQL writes as sound as those of an import: keys, days and totals that were not given are
 * filled in, first orders and orders follow their lines, and every transaction is a run of the ledger that servers
 * hear of. The loader does all of this itself; its transactions set `takings.loading`, which keeps the triggers off.
 */

/** What a run of plain SQL is before it has written anything. */
const nothingWritten: ImportReport = {
  ...reportOfNothing('sql', 'committed'),
  warnings: [
    { code: 'written_by_sql', text: 'These rows were written by plain SQL, not by an import.' },
  ],
}

/** The run of this transaction; the first row that it writes begins it. */
const plainRun: SqlFunction = {
  name: 'plain_run',
  returns: 'BIGINT',
  declare: "  run BIGINT := nullif(current_setting('takings.plain_run', true), '')::BIGINT;",
  body: `  IF run IS NOT NULL THEN RETURN run; END IF;
  PERFORM pg_advisory_xact_lock(${writerLock});
  SELECT coalesce(max(run_id), 0) + 1 INTO run FROM runs;
  INSERT INTO runs (run_id, run_token, source, state, started_at, finished_at, rows_in, rows_accepted, rows_rejected,
    rows_duplicate, rows_ignored, report)
  VALUES (run, concat('sql-', gen_random_uuid()), 'sql', 'committed', now(), now(), 0, 0, 0, 0, 0,
    '${JSON.stringify(nothingWritten)}'::JSONB || jsonb_build_object('runId', run));
  PERFORM set_config('takings.plain_run', run::TEXT, true);
  RETURN run;`,
}

/** First 16 hexadecimal digits of md5(source, U+001F, number) & 2^63-1, as everywhere. */
const orderIdOf: SqlFunction = {
  name: 'order_id_of',
  parameters: 'source TEXT, number TEXT',
  returns: 'BIGINT',
  body: `  RETURN ('x' || substr(md5(concat(source, chr(31), number)), 1, 16))::BIT(64)::BIGINT & 9223372036854775807;`,
}

/** Years are filled whole, and no gap is left to the days that are there. */
const ensureDay: SqlFunction = {
  name: 'ensure_day',
  parameters: 'wanted DATE',
  returns: 'VOID',
  body: `  IF EXISTS (SELECT 1 FROM dates WHERE date = wanted) THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(${writerLock});
  INSERT INTO dates (date)
  SELECT day::DATE FROM generate_series(
    date_trunc('year', least(wanted, (SELECT min(date) FROM dates))),
    date_trunc('year', greatest(wanted, (SELECT max(date) FROM dates))) + INTERVAL '1 year' - INTERVAL '1 day',
    INTERVAL '1 day') AS series(day)
  WHERE day::DATE NOT IN (SELECT date FROM dates);`,
}

const completeDate: SqlFunction = {
  name: 'complete_date',
  returns: 'TRIGGER',
  body: `  NEW.date_id := to_char(NEW.date, 'YYYYMMDD')::INTEGER;
  NEW.month := trim(to_char(NEW.date, 'Month'));
  NEW.year := extract(year FROM NEW.date);
  NEW.weekday := trim(to_char(NEW.date, 'Day'));
  NEW.month_number := extract(month FROM NEW.date);
  NEW.quarter := extract(quarter FROM NEW.date);
  NEW.iso_week := extract(week FROM NEW.date);
  NEW.is_weekend := extract(isodow FROM NEW.date) >= 6;
  RETURN NEW;`,
}

const completeCustomer: SqlFunction = {
  name: 'complete_customer',
  returns: 'TRIGGER',
  body: `  IF NEW.customer_id IS NULL THEN
    PERFORM pg_advisory_xact_lock(${writerLock});
    NEW.customer_id := (SELECT max(customer_id) + 1 FROM customers);
  END IF;
  NEW.stated := coalesce(NEW.stated, true);
  RETURN NEW;`,
}

const completeProduct: SqlFunction = {
  name: 'complete_product',
  returns: 'TRIGGER',
  body: `  IF NEW.product_id IS NULL THEN
    PERFORM pg_advisory_xact_lock(${writerLock});
    NEW.product_id := (SELECT max(product_id) + 1 FROM products);
  END IF;
  NEW.source := coalesce(NEW.source, 'sql');
  NEW.product_key := coalesce(NEW.product_key, NEW.product_id::TEXT);
  NEW.kind := coalesce(NEW.kind, 'goods');
  NEW.stated := coalesce(NEW.stated, true);
  RETURN NEW;`,
}

const continents = 'Africa, Antarctica, Asia, Europe, North America, Oceania, South America'

const completeRegion: SqlFunction = {
  name: 'complete_region',
  returns: 'TRIGGER',
  declare: `  is_continent BOOLEAN := NEW.region_name = ANY (string_to_array('${continents}', ', '));`,
  body: `  IF NEW.region_id IS NULL THEN
    PERFORM pg_advisory_xact_lock(${writerLock});
    NEW.region_id := (SELECT max(region_id) + 1 FROM regions);
  END IF;
  NEW.level := coalesce(NEW.level, CASE WHEN is_continent THEN 'continent' ELSE 'other' END);
  NEW.country := coalesce(NEW.country, 'Unknown');
  NEW.continent := coalesce(NEW.continent, CASE WHEN is_continent THEN NEW.region_name ELSE 'Unknown' END);
  RETURN NEW;`,
}

const noPrice =
  "RAISE EXCEPTION 'product % has no price: state total_price', NEW.product_id USING ERRCODE = 'not_null_violation'"

/** A total that is given is kept; else it is quantity x the given price, else quantity x the product's. */
const completeSale: SqlFunction = {
  name: 'complete_sale',
  returns: 'TRIGGER',
  declare: '  price NUMERIC;\n  number TEXT;',
  body: `  NEW.run_id := plain_run();
  NEW.loaded_at := coalesce(NEW.loaded_at, now());
  NEW.source := coalesce(NEW.source, 'sql');
  PERFORM ensure_day(NEW.order_date);
  IF NEW.gross_price IS NULL OR NEW.total_price IS NULL THEN
    price := coalesce(NEW.unit_price, (SELECT products.price FROM products WHERE product_id = NEW.product_id));
    IF price IS NULL AND NEW.total_price IS NULL THEN ${noPrice}; END IF;
    NEW.gross_price := coalesce(NEW.gross_price, CASE WHEN NEW.unit_price IS NULL THEN NEW.total_price END, NEW.quantity * price);
    NEW.total_price := coalesce(NEW.total_price, NEW.gross_price);
  END IF;
  IF NEW.order_id IS NULL THEN
    number := concat(NEW.run_id, '.', nextval('plain_order_numbers'));
    NEW.order_id := order_id_of(NEW.source, number);
  END IF;
  IF NOT EXISTS (SELECT 1 FROM orders WHERE order_id = NEW.order_id) THEN
    INSERT INTO orders (order_id, source, order_number, order_date, state, anonymous, loaded_at, run_id)
    VALUES (NEW.order_id, NEW.source, coalesce(number, NEW.order_id::TEXT), NEW.order_date, 'counted', false, NEW.loaded_at, NEW.run_id);
  END IF;
  NEW.line_number := coalesce(NEW.line_number,
    (SELECT coalesce(max(line_number), 0) + 1 FROM sales_fact WHERE order_id = NEW.order_id));
  RETURN NEW;`,
}

/** Another product is sold at its own price, another quantity at the price of the row, unless a total comes with it. */
const repriceSale: SqlFunction = {
  name: 'reprice_sale',
  returns: 'TRIGGER',
  declare: '  price NUMERIC;',
  body: `  IF NEW.product_id <> OLD.product_id THEN
    SELECT products.price INTO price FROM products WHERE product_id = NEW.product_id;
    IF price IS NULL THEN ${noPrice}; END IF;
    NEW.unit_price := price;
    NEW.gross_price := NEW.quantity * price;
    NEW.total_price := NEW.gross_price;
    NEW.unit_cost := NULL;
  ELSE
    NEW.gross_price := CASE WHEN NEW.unit_price IS NULL THEN OLD.gross_price * NEW.quantity / OLD.quantity
      ELSE NEW.quantity * NEW.unit_price END;
    NEW.total_price := OLD.total_price * NEW.quantity / OLD.quantity;
  END IF;
  RETURN NEW;`,
}

/** What a return leaves open its order tells. */
const completeReturn: SqlFunction = {
  name: 'complete_return',
  returns: 'TRIGGER',
  declare: '  line RECORD;',
  body: `  NEW.run_id := plain_run();
  NEW.loaded_at := coalesce(NEW.loaded_at, now());
  NEW.source := coalesce(NEW.source, 'sql');
  PERFORM ensure_day(NEW.return_date);
  SELECT customer_id, region_id, channel INTO line FROM sales_fact WHERE order_id = NEW.order_id ORDER BY line_number LIMIT 1;
  NEW.return_id := coalesce(NEW.return_id, order_id_of(NEW.source, concat('return ', NEW.run_id, '.', nextval('plain_order_numbers'))));
  NEW.customer_id := coalesce(NEW.customer_id, line.customer_id, 0);
  NEW.region_id := coalesce(NEW.region_id, line.region_id, 0);
  NEW.channel := coalesce(NEW.channel, line.channel);
  NEW.product_id := coalesce(NEW.product_id, 0);
  RETURN NEW;`,
}

const completeCharge: SqlFunction = {
  name: 'complete_charge',
  returns: 'TRIGGER',
  declare: '  line RECORD;',
  body: `  NEW.run_id := plain_run();
  NEW.loaded_at := coalesce(NEW.loaded_at, now());
  NEW.source := coalesce(NEW.source, 'sql');
  SELECT region_id, order_date, channel INTO line FROM sales_fact WHERE order_id = NEW.order_id ORDER BY line_number LIMIT 1;
  NEW.region_id := coalesce(NEW.region_id, line.region_id, 0);
  NEW.order_date := coalesce(NEW.order_date, line.order_date);
  NEW.channel := coalesce(NEW.channel, line.channel);
  PERFORM ensure_day(NEW.order_date);
  RETURN NEW;`,
}

const completeStock: SqlFunction = {
  name: 'complete_stock',
  returns: 'TRIGGER',
  body: `  NEW.run_id := plain_run();
  NEW.loaded_at := coalesce(NEW.loaded_at, now());
  NEW.source := coalesce(NEW.source, 'sql');
  NEW.kind := coalesce(NEW.kind, 'count');
  NEW.occurred_at := coalesce(NEW.occurred_at, now());
  NEW.occurred_on := coalesce(NEW.occurred_on, (NEW.occurred_at AT TIME ZONE
    coalesce((SELECT value FROM settings WHERE key = 'time_zone'), 'UTC'))::DATE);
  PERFORM ensure_day(NEW.occurred_on);
  RETURN NEW;`,
}

const functions = [
  plainRun,
  orderIdOf,
  ensureDay,
  completeDate,
  completeCustomer,
  completeProduct,
  completeRegion,
  completeSale,
  repriceSale,
  completeReturn,
  completeCharge,
  completeStock,
  ...followers,
  ...partitionFunctions,
]

function beforeInsert(table: string, name: string): string {
  return `CREATE TRIGGER ${name} BEFORE INSERT ON ${table} FOR EACH ROW WHEN (${notLoading}) EXECUTE FUNCTION ${name}()`
}

/** Made once all tables stand; what an older Takings made of it gives way. */
export const plainSqlStatements: readonly string[] = [
  'CREATE SEQUENCE IF NOT EXISTS plain_order_numbers',
  dropMade(functions.filter((one) => one !== orderIdOf)),
  knownPartitions,
  ...functions.map(made),
  beforeInsert('dates', 'complete_date'),
  beforeInsert('customers', 'complete_customer'),
  beforeInsert('products', 'complete_product'),
  beforeInsert('regions', 'complete_region'),
  beforeInsert('sales_fact', 'complete_sale'),
  beforeInsert('returns_fact', 'complete_return'),
  beforeInsert('order_charges_fact', 'complete_charge'),
  beforeInsert('stock_fact', 'complete_stock'),
  `CREATE TRIGGER reprice_sale BEFORE UPDATE ON sales_fact FOR EACH ROW
WHEN (${notLoading} AND (NEW.product_id <> OLD.product_id OR NEW.quantity <> OLD.quantity) AND NEW.total_price = OLD.total_price)
EXECUTE FUNCTION reprice_sale()`,
  ...followingTriggers,
  firstLook,
  watchAll,
]
