import type { ImportFailed } from '../../model/alert.ts'
import { plural } from '../../model/sentence.ts'
import type { AlertKind } from '../alert-kind.ts'
import { namesOf } from '../names-of.ts'

export const importFailed: AlertKind<ImportFailed> = {
  name: 'import_failed',
  settleMinutes: 0,
  isOwn: true,
  whenGone: { resolution: 'recovered', text: (name) => `${name}: imported since.` },
  async observe(_, sight) {
    const failed = await sight.failedImports()
    const imports = plural(
      String(failed.length),
      'import failed and waits',
      'imports failed and wait',
    )
    return {
      observations: failed.map((one) => ({
        subject: { key: one.id, name: namesOf(one.files) },
        state: 'holds',
        text: () => `The import of ${namesOf(one.files)} failed: ${one.problem}`,
        figures: () => ({ files: one.files.length, failedAt: one.failedAt }),
      })),
      status: failed.length === 0 ? 'No import failed.' : `${imports} for you.`,
    }
  },
}
