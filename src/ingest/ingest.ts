export { contentHash } from './content-hash.ts'
export { CorrectableImport } from './correctable.ts'
export { type LiveDocument, type LiveDocuments, sendingOrder } from './documents/document.ts'
export { type ReadFiles, readDocuments } from './documents/read-documents.ts'
export { exportRejects, mendedFiles } from './export-rejects.ts'
export type { ImportRequest } from './import-files.ts'
export { importFiles } from './import-files.ts'
export { forgetAnswers, rememberedAnswers } from './kept-mappings.ts'
export { listRuns, type RunFilter, rejectedRows, rejectGroups, runReport } from './ledger.ts'
export {
  beginsAnew,
  type IntakeState,
  type LiveIntake,
  leastFree,
  openIntake,
} from './live/live-intake.ts'
export { documentItem, type TopicMeaning, topicMeaning } from './live/platforms/platforms.ts'
export { type Corrections, isRole } from './map-file.ts'
export { expandPaths } from './paths.ts'
export { otherAnswers } from './questions.ts'
export { type RestoreOptions, restoreRuns } from './restore-runs.ts'
export { roleList } from './role-list.ts'
