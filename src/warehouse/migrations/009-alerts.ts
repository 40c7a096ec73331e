import type { Migration } from './migration.ts'

/** What alerts found and whom they told. Their rules are settings, which are kept outside of the engine too. */
export const createAlerts: Migration = {
  version: 9,
  name: 'alerts',
  statements: ({ types }) => [
    `CREATE TABLE alert_incidents (
  incident_id ${types.text} NOT NULL,
  rule_id ${types.text} NOT NULL,
  kind ${types.text} NOT NULL,
  subject ${types.text} NOT NULL,
  subject_name ${types.text} NOT NULL,
  opened_at ${types.instant} NOT NULL,
  opening_text ${types.text} NOT NULL,
  figures ${types.text} NOT NULL,
  sequence ${types.bigint} NOT NULL,
  told_at ${types.instant},
  snoozed_until ${types.instant},
  clear_since ${types.instant},
  resolved_at ${types.instant},
  resolution ${types.text},
  closing_text ${types.text}
)`,
    // What is to be sent, as it will be sent, until it was.
    `CREATE TABLE alert_deliveries (
  delivery_id ${types.text} NOT NULL,
  delivery_number ${types.bigint} NOT NULL,
  webhook_id ${types.text} NOT NULL,
  rule_id ${types.text},
  message_type ${types.text} NOT NULL,
  summary ${types.text} NOT NULL,
  body ${types.text} NOT NULL,
  made_at ${types.instant} NOT NULL,
  state ${types.text} NOT NULL,
  attempts ${types.bigint} NOT NULL,
  next_at ${types.instant},
  problem ${types.text}
)`,
    `CREATE TABLE failed_imports (
  failure_id ${types.text} NOT NULL,
  file ${types.text} NOT NULL,
  failed_at ${types.instant} NOT NULL,
  problem ${types.text} NOT NULL
)`,
  ],
}
