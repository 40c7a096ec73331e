import { noEarlierOrder } from '../../set-aside.ts'
import { writerLock } from './names.ts'
import { daysOfStatement, saleTriggers } from './plain-sql-follow.ts'
import type { SqlFunction } from './sql-function.ts'

/**
 * Partitions are tables that plain SQL may name by themselves, and that an owner may attach, detach and drop. What
 * happens to rows triggers tell; of definitions the database tells nobody but a superuser, so those that are attached
 * are compared with those that were when it was last looked.
 */

/**
 * `since` is the transaction that attached the partition: one that was taken off and put back may hold other lines.
 * Days are null for the partition of all other days.
 */
export const knownPartitions = `CREATE TABLE IF NOT EXISTS known_partitions (
  relation OID NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, first_day DATE, next_day DATE
)`

/** What is attached when it is first looked is as the triggers know it. */
export const firstLook = `INSERT INTO known_partitions SELECT * FROM attached_partitions('sales_fact'::REGCLASS)
WHERE NOT EXISTS (SELECT 1 FROM known_partitions)`

export const watchAll = `SELECT watch_partition(relation) FROM attached_partitions('sales_fact'::REGCLASS) AS attached`

const attached = "inhparent = 'sales_fact'::REGCLASS AND NOT inhdetachpending"
const linesAttached = "attached_partitions('sales_fact'::REGCLASS)"

const attachedPartitions: SqlFunction = {
  name: 'attached_partitions',
  parameters: 'whole REGCLASS',
  returns: 'TABLE (relation OID, name TEXT, since TEXT, first_day DATE, next_day DATE)',
  settings: ['datestyle = ISO'],
  body: `  RETURN QUERY SELECT child.oid, child.relname::TEXT, pg_inherits.xmin::TEXT,
    substring(pg_get_expr(child.relpartbound, child.oid) FROM $re$FROM \\('(\\d+-\\d+-\\d+)'\\)$re$)::DATE,
    substring(pg_get_expr(child.relpartbound, child.oid) FROM $re$TO \\('(\\d+-\\d+-\\d+)'\\)$re$)::DATE
  FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid WHERE inhparent = whole AND NOT inhdetachpending;`,
}

/** Triggers are the owner's to make, whoever noticed the partition first. */
const unwatched = `SELECT inhrelid::REGCLASS AS lines FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE ${attached} AND pg_has_role(relowner, 'USAGE')
      AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = inhrelid AND tgname = 'follow_sales_after_insert')`

/** Asked every second by whoever has the database open. */
const partitionsDiffer: SqlFunction = {
  name: 'partitions_differ',
  returns: 'BOOLEAN',
  body: `  RETURN EXISTS (SELECT 1 FROM (SELECT inhrelid, xmin::TEXT AS since FROM pg_inherits WHERE ${attached}) AS found
    FULL JOIN known_partitions AS known ON known.relation = inhrelid AND known.since = found.since
    WHERE inhrelid IS NULL OR known.relation IS NULL) OR EXISTS (${unwatched});`,
}

/** A statement that names a partition fires triggers of the partition alone, one that names the whole those of the whole. */
const watchPartition: SqlFunction = {
  name: 'watch_partition',
  parameters: 'partition REGCLASS',
  returns: 'VOID',
  body: saleTriggers('%1$s')
    .map((trigger) => `  EXECUTE format($trigger$${trigger}$trigger$, partition);`)
    .join('\n'),
}

/** After Takings made a partition, or put one back. */
const adoptPartition: SqlFunction = {
  name: 'adopt_partition',
  parameters: 'partition REGCLASS',
  returns: 'VOID',
  body: `  PERFORM watch_partition(partition);
  DELETE FROM known_partitions WHERE relation = partition;
  INSERT INTO known_partitions SELECT * FROM ${linesAttached} AS found WHERE found.relation = partition;`,
}

/**
 * Days of partitions that came or went are dirty, lines that came have their orders and are known of by their customers.
 * Orders of lines that went stay, since the lines may come back, and their customers are not new again. Gives whether
 * there were any.
 */
const noticePartitions: SqlFunction = {
  name: 'notice_partitions',
  returns: 'BOOLEAN',
  settings: ["takings.loading = 'off'"],
  declare: '  found RECORD;\n  run BIGINT;\n  names TEXT;',
  body: `  IF NOT partitions_differ() THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(${writerLock});
  FOR found IN ${unwatched} LOOP PERFORM watch_partition(found.lines); END LOOP;
  IF NOT partitions_differ() THEN RETURN false; END IF;
  run := plain_run();
  CREATE TEMP TABLE IF NOT EXISTS takings_partitions (LIKE known_partitions, came BOOLEAN) ON COMMIT DROP;
  DELETE FROM takings_partitions;
  INSERT INTO takings_partitions SELECT * FROM (
    (SELECT one.*, true FROM ${linesAttached} AS one EXCEPT SELECT known.*, true FROM known_partitions AS known)
    UNION ALL (SELECT known.*, false FROM known_partitions AS known EXCEPT SELECT one.*, false FROM ${linesAttached} AS one)) AS changes;
  FOR found IN SELECT relation::REGCLASS AS lines FROM takings_partitions WHERE came LOOP
    PERFORM set_config('takings.loading', 'on', true);
    EXECUTE format('INSERT INTO orders (order_id, source, order_number, order_date, state, anonymous, loaded_at, run_id)
      SELECT order_id, min(source), order_id::TEXT, min(order_date), ''counted'', false, now(), %s FROM %s AS lines
      WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.order_id = lines.order_id) GROUP BY order_id', run, found.lines);
    PERFORM set_config('takings.loading', 'off', true);
    EXECUTE format('DELETE FROM earlier_orders USING %s AS lines
      WHERE lines.customer_id = earlier_orders.customer_id AND lines.order_date = earlier_orders.first_day', found.lines);
    EXECUTE format('UPDATE customers SET first_order_date = first.day
      FROM (SELECT customer_id, min(order_date) AS day FROM %s GROUP BY customer_id) AS first
      WHERE customers.customer_id = first.customer_id AND customers.customer_id <> 0
        AND (customers.first_order_date IS NULL OR customers.first_order_date > first.day)
        AND ${noEarlierOrder('first.customer_id', 'first.day')}', found.lines);
  END LOOP;
  WITH gone AS (UPDATE customers SET first_order_date = NULL FROM takings_partitions AS changed, customers AS before
    WHERE NOT came AND before.customer_id = customers.customer_id
      AND customers.first_order_date >= coalesce(changed.first_day, customers.first_order_date)
      AND customers.first_order_date < coalesce(changed.next_day, customers.first_order_date + 1)
      AND NOT EXISTS (SELECT 1 FROM sales_fact WHERE sales_fact.customer_id = customers.customer_id
        AND sales_fact.order_date = customers.first_order_date)
    RETURNING customers.customer_id, before.first_order_date)
  INSERT INTO earlier_orders SELECT DISTINCT customer_id, first_order_date FROM gone;
  ${daysOfStatement}
  INSERT INTO takings_days SELECT DISTINCT rollup_day.day FROM rollup_day JOIN takings_partitions AS changed
    ON rollup_day.day >= coalesce(changed.first_day, rollup_day.day) AND rollup_day.day < coalesce(changed.next_day, rollup_day.day + 1);
  FOR found IN SELECT relation::REGCLASS AS lines FROM takings_partitions WHERE came LOOP
    EXECUTE format('INSERT INTO takings_days SELECT DISTINCT order_date FROM %s', found.lines);
  END LOOP;
  SELECT string_agg(DISTINCT name, ', ' ORDER BY name) INTO names FROM takings_partitions;
  DELETE FROM known_partitions;
  INSERT INTO known_partitions SELECT * FROM ${linesAttached};
  UPDATE runs SET report = jsonb_set(report::JSONB, '{warnings}', jsonb_build_array(jsonb_build_object(
    'code', 'partitions_changed', 'text', concat('Plain SQL attached, detached or dropped partitions: ', names, '. Their lines count as they are attached now.'))))
  WHERE run_id = run;
  PERFORM tell_of_days(run, 'sales_fact,orders', true, false);
  RETURN true;`,
}

/** In an order in which they can be made. */
export const partitionFunctions: readonly SqlFunction[] = [
  attachedPartitions,
  partitionsDiffer,
  watchPartition,
  adoptPartition,
  noticePartitions,
]
