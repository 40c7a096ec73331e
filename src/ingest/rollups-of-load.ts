import {
  addToRollups,
  type ChangedRows,
  fillRollups,
  type Replacement,
  renewDirtyDays,
  replaceInRollups,
  type Transaction,
  takeFromRollups,
} from '../warehouse/warehouse.ts'

/** Keeps the rollups equal to the facts while a load changes them. */
export interface RollupsOfLoad {
  /** After rows came that stand in no rollup yet. */
  added(rows: ChangedRows): Promise<void>
  /** Before rows go. */
  goes(rows: ChangedRows): Promise<void>
  /** After rows went, which stand in a relation of their own now, and others came. */
  replaced(rows: Replacement): Promise<void>
  /** Around work that changes rows; the conditions find the same rows before and after it. */
  around<T>(rows: readonly ChangedRows[], work: () => Promise<T>): Promise<T>
  /** Once the facts are what they will be. */
  settle(): Promise<void>
}

/** Asked before the first fact is changed: a first load makes the rollups once, from all facts, when it is over. */
export async function rollupsOfLoad(
  transaction: Transaction,
  { facts, dirtyDays }: { readonly facts: boolean; readonly dirtyDays: boolean },
): Promise<RollupsOfLoad> {
  if (!facts) {
    return {
      added: async () => undefined,
      goes: async () => undefined,
      replaced: async () => undefined,
      around: (_rows, work) => work(),
      settle: () => fillRollups(transaction),
    }
  }
  if (dirtyDays) await renewDirtyDays(transaction)
  return {
    added: (rows) => addToRollups(transaction, rows),
    goes: (rows) => takeFromRollups(transaction, rows),
    replaced: (rows) => replaceInRollups(transaction, rows),
    async around(all, work) {
      for (const rows of all) await takeFromRollups(transaction, rows)
      const done = await work()
      for (const rows of all) await addToRollups(transaction, rows)
      return done
    },
    settle: async () => undefined,
  }
}
