import type { Command } from '../command.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { importCommand } from './import.ts'
import { migrateCommand } from './migrate.ts'
import { overviewCommand } from './overview.ts'
import { queryCommand } from './query.ts'
import { rejectsCommand } from './rejects.ts'
import { runsCommand } from './runs.ts'
import { startCommand } from './start.ts'

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  startCommand,
  importCommand,
  overviewCommand,
  queryCommand,
  runsCommand,
  rejectsCommand,
  demoCommand,
  doctorCommand,
  migrateCommand,
]
