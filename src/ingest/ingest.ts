export type { ImportRequest } from './import-files.ts'
export { importFiles } from './import-files.ts'
export { exportRejects, listRuns, rejectedRows, rejectGroups, runReport } from './ledger.ts'
export { expandPaths } from './paths.ts'
