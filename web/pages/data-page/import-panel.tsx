import type { ImportSession } from '../../../src/model/wire.ts'
import { Button } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { Failure, Skeleton } from '../../controls/states.tsx'
import { DropZone } from './drop-zone.tsx'
import { ImportProgressBar, SendProgressBar } from './import-progress.tsx'
import { ImportResult } from './import-result.tsx'
import { ImportReview } from './import-review.tsx'
import { type ImportFlow, useImport } from './use-import.ts'

const titles: Readonly<Record<ImportSession['state'], string>> = {
  working: 'Reading your files',
  waiting: 'Check before importing',
  committed: 'Imported',
  unchanged: 'Nothing new',
  failed: 'Not imported',
}

export function ImportPanel() {
  const flow = useImport()
  const { stage, error } = flow
  const title = stage.name === 'session' ? titles[stage.session.state] : 'Import'
  return (
    <Card title={title}>
      {error ? (
        <div className="flex flex-col items-start gap-3">
          <Failure error={error} />
          <Button onClick={flow.startAgain}>Start again</Button>
        </div>
      ) : (
        <Stage flow={flow} />
      )}
    </Card>
  )
}

function Stage({ flow }: { readonly flow: ImportFlow }) {
  const { stage } = flow
  switch (stage.name) {
    case 'idle':
      return <DropZone onFiles={flow.send} />
    case 'sending':
      return <SendProgressBar files={stage.files} share={stage.share} onStop={flow.discard} />
    case 'opening':
      return <Skeleton className="h-40" />
    case 'session':
      return <Session flow={flow} session={stage.session} />
  }
}

interface SessionProps {
  readonly flow: ImportFlow
  readonly session: ImportSession
}

function Session({ flow, session }: SessionProps) {
  const { state, report } = session
  if (state === 'working' || !report) {
    return <ImportProgressBar progress={session.progress} onStop={flow.discard} />
  }
  if (state === 'waiting') return <ImportReview key={report.state} flow={flow} report={report} />
  return <ImportResult report={report} onMore={flow.startAgain} />
}
