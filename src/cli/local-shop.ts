import type { Alerts } from '../alerts/alerts.ts'
import {
  exportRejects,
  forgetAnswers,
  importFiles,
  listRuns,
  rejectedRows,
  rejectGroups,
  rememberedAnswers,
  runReport,
} from '../ingest/ingest.ts'
import { alertSettingPrefix } from '../model/alert.ts'
import {
  changeSettings,
  readSettings,
  type Warehouse,
  writeExport,
} from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import type { AlertAccess, ShopAccess } from './shop-access.ts'

/** A shop whose warehouse this process has opened. */
export function localShop(
  warehouse: Warehouse,
  demo: boolean,
  { config, now, signal, version }: CommandContext,
): ShopAccess {
  return {
    async query(query) {
      const { runQuery } = await metrics()
      return runQuery(warehouse, query, { now, signal })
    },
    async shop() {
      const { shopState } = await metrics()
      const state = await shopState(warehouse, { now })
      const name = demo ? 'Demo shop' : state.name
      return { ...state, name, demo, livePosition: null, dataFolder: config.dataFolder, version }
    },
    runs: (options) => listRuns(warehouse, options),
    run: (runId) => runReport(warehouse, runId),
    async restatements(filter) {
      const { restatements } = await metrics()
      return restatements(warehouse, filter)
    },
    rejectGroups: (options) => rejectGroups(warehouse, options),
    rejectedRows: (options) => rejectedRows(warehouse, options),
    exportRejects: (options) => exportRejects(warehouse, options),
    audit: async () => [...(await warehouse.audit()), ...(await warehouse.warnings())],
    auditRollups: () => warehouse.auditRollups(),
    months: warehouse.months,
    rebuildRollups: () => warehouse.rebuildRollups(),
    settings: () => readSettings(warehouse),
    changeSettings: (change) => changeSettings(warehouse, change),
    importFiles: (order) =>
      importFiles(warehouse, {
        ...order,
        now,
        dataFolder: config.dataFolder,
        workFolder: config.workFolder,
        memoryLimit: config.stagingMemory,
        timeZone: config.timeZone,
        standardInput: process.stdin,
      }),
    exportTables: (order) => writeExport(warehouse, { ...order, now, version, demo }),
    rememberedAnswers: () => rememberedAnswers(warehouse),
    forgetAnswers: (id) => forgetAnswers(warehouse, id),
    alerts: localAlerts(warehouse, demo, now),
    close: () => warehouse.close(),
  }
}

/** Orders come in live while a server runs, which a command does not see. */
const deaf = 'Only a running server hears orders as they come, so a silence cannot be told here.'

/** Nobody else looks at them or sends while no server runs, so a command does both. */
function localAlerts(warehouse: Warehouse, demo: boolean, now: () => Date): AlertAccess {
  const open = async () => {
    const { openAlerts } = await import('../alerts/alerts.ts')
    return openAlerts({
      current: async () => ({ warehouse, demo }),
      now,
      link: () => null,
      deaf: async () => deaf,
      onRuleFailure: (error) => failures.push(error),
    })
  }
  const failures: Error[] = []
  /** A rule that cannot be looked at is an error of the command, once all others were. */
  const lookAndSend = async (alerts: Alerts) => {
    await alerts.check()
    await alerts.deliver()
    const [failure] = failures.splice(0)
    if (failure) throw failure
  }
  return {
    state: async () => (await open()).state(),
    history: async (limit) => (await open()).history(limit),
    async check() {
      const alerts = await open()
      await lookAndSend(alerts)
      return alerts.state()
    },
    test: async (id) => (await open()).test(id),
    async snooze(what, id, until) {
      const alerts = await open()
      await (what === 'rule'
        ? alerts.snoozeRule({ id, until })
        : alerts.snoozeIncident({ id, until }))
    },
    dismiss: async (id) => (await open()).dismiss(id),
    hearsImports: false,
    async importEnded(problem, files) {
      if (!(await isAnythingKept(warehouse))) return
      const alerts = await open()
      if (await alerts.isNews(problem)) await alerts.importEnded({ problem, files: await files() })
      await lookAndSend(alerts)
    },
  }
}

/** Whether alerts need be loaded, which takes as long as a small import. */
async function isAnythingKept(warehouse: Warehouse): Promise<boolean> {
  const [row] = await warehouse.query(
    `SELECT (SELECT count(*) FROM settings WHERE key LIKE '${alertSettingPrefix}%')
       + (SELECT count(*) FROM failed_imports) AS kept`,
    [],
    { brief: true },
  )
  return Number(row?.kept ?? 0) > 0
}

/** Takes a tenth of a second to load, which an import need not wait for. */
function metrics(): Promise<typeof import('../metrics/metrics.ts')> {
  return import('../metrics/metrics.ts')
}
