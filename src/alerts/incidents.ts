import {
  type AlertFigures,
  type AlertIncident,
  type AlertKindName,
  alertKindNames,
  alertResolutions,
} from '../model/alert.ts'
import type { SqlRow, SqlValue, Transaction } from '../warehouse/warehouse.ts'
import type { Asker } from './transaction.ts'

/** An incident as the warehouse keeps it. */
export interface KeptIncident extends AlertIncident {
  /** The newest run when it was last looked at: an older look decides nothing any more. */
  readonly sequence: number
  /** Since when it has been clear without being over yet. */
  readonly clearSince: string | null
}

const columns = `incident_id, rule_id, kind, subject, subject_name, opened_at, opening_text, figures, sequence, told_at,
  snoozed_until, clear_since, resolved_at, resolution, closing_text`

/** The newest first. */
export async function openIncidents(asker: Asker, ruleId?: string): Promise<KeptIncident[]> {
  const ofRule = ruleId === undefined ? '' : ' AND rule_id = $1'
  const rows = await asker.query(
    `SELECT ${columns} FROM alert_incidents WHERE resolved_at IS NULL${ofRule}
     ORDER BY opened_at DESC, incident_id`,
    ruleId === undefined ? [] : [ruleId],
  )
  return rows.map(incidentOf)
}

/** What is open and what is over, the newest first. */
export async function listIncidents(asker: Asker, limit: number): Promise<KeptIncident[]> {
  const rows = await asker.query(
    `SELECT ${columns} FROM alert_incidents
     ORDER BY coalesce(resolved_at, opened_at) DESC, incident_id LIMIT $1::INTEGER`,
    [limit],
  )
  return rows.map(incidentOf)
}

export async function findIncident(asker: Asker, id: string): Promise<KeptIncident | null> {
  const [row] = await asker.query(`SELECT ${columns} FROM alert_incidents WHERE incident_id = $1`, [
    id,
  ])
  return row ? incidentOf(row) : null
}

/** When each rule last fired. */
export async function lastFired(asker: Asker): Promise<ReadonlyMap<string, string>> {
  const rows = await asker.query(
    'SELECT rule_id, max(opened_at) AS fired_at FROM alert_incidents GROUP BY rule_id',
  )
  return new Map(rows.map((row) => [String(row.rule_id), String(row.fired_at)]))
}

/** By subject, the newest run of which anything was decided. */
export async function decidedSequences(
  asker: Asker,
  ruleId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await asker.query(
    'SELECT subject, max(sequence) AS sequence FROM alert_incidents WHERE rule_id = $1 GROUP BY subject',
    [ruleId],
  )
  return new Map(rows.map((row) => [String(row.subject), Number(row.sequence)]))
}

/** Values of one statement at a time. */
const batch = 100

export async function insertIncidents(
  transaction: Transaction,
  incidents: readonly KeptIncident[],
): Promise<void> {
  for (let first = 0; first < incidents.length; first += batch) {
    const parameters: SqlValue[] = []
    const place = (value: SqlValue, type = '') => {
      parameters.push(value)
      return `$${parameters.length}${type}`
    }
    const instant = (value: string | null) => place(value, '::TIMESTAMPTZ')
    const rows = incidents
      .slice(first, first + batch)
      .map(
        (one) =>
          `(${[
            place(one.id),
            place(one.ruleId),
            place(one.kind),
            place(one.subject.key),
            place(one.subject.name),
            instant(one.openedAt),
            place(one.text),
            place(JSON.stringify(one.figures)),
            place(one.sequence, '::BIGINT'),
            instant(one.toldAt),
            instant(one.snoozedUntil),
            instant(one.clearSince),
            instant(one.resolvedAt),
            place(one.resolution),
            place(one.closingText),
          ].join(', ')})`,
      )
    await transaction.execute(
      `INSERT INTO alert_incidents (${columns}) VALUES ${rows.join(', ')}`,
      parameters,
    )
  }
}

/** Replaces what is kept of incidents by how they are now. */
export async function replaceIncidents(
  transaction: Transaction,
  incidents: readonly KeptIncident[],
): Promise<void> {
  for (let first = 0; first < incidents.length; first += batch) {
    const ids = incidents.slice(first, first + batch).map(({ id }) => id)
    const places = ids.map((_, index) => `$${index + 1}`)
    await transaction.execute(
      `DELETE FROM alert_incidents WHERE incident_id IN (${places.join(', ')})`,
      ids,
    )
  }
  await insertIncidents(transaction, incidents)
}

/** What is over for so long is forgotten. */
const keptDays = 400

export async function forgetOldIncidents(transaction: Transaction, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * 86_400_000).toISOString()
  await transaction.execute('DELETE FROM alert_incidents WHERE resolved_at < $1::TIMESTAMPTZ', [
    before,
  ])
}

function incidentOf(row: SqlRow): KeptIncident {
  const text = (column: string) => {
    const cell = row[column]
    return cell === null || cell === undefined ? null : String(cell)
  }
  const needed = (column: string) => text(column) ?? ''
  return {
    id: needed('incident_id'),
    ruleId: needed('rule_id'),
    kind: kindNamed(needed('kind')),
    subject: { key: needed('subject'), name: needed('subject_name') },
    openedAt: needed('opened_at'),
    text: needed('opening_text'),
    figures: JSON.parse(needed('figures')) as AlertFigures,
    sequence: Number(row.sequence),
    toldAt: text('told_at'),
    snoozedUntil: text('snoozed_until'),
    clearSince: text('clear_since'),
    resolvedAt: text('resolved_at'),
    resolution: alertResolutions.find((name) => name === row.resolution) ?? null,
    closingText: text('closing_text'),
  }
}

function kindNamed(name: string): AlertKindName {
  const found = alertKindNames.find((kind) => kind === name)
  if (!found) throw new Error(`there is no kind of alert ${name}`)
  return found
}
