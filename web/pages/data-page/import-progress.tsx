import { countText, shareText, timeLeftText, wholeText } from '../../../src/display/value-text.ts'
import type { ImportProgress, ImportStep } from '../../../src/model/import.ts'
import { Button } from '../../controls/button.tsx'

const steps: Readonly<Record<ImportStep, string>> = {
  reading: 'Reading',
  recognising: 'Recognising columns',
  cleaning: 'Cleaning rows',
  loading: 'Loading into the warehouse',
  finishing: 'Finishing',
}

interface ImportProgressBarProps {
  readonly progress: ImportProgress | null
  readonly onStop: () => void
}

export function ImportProgressBar({ progress, onStop }: ImportProgressBarProps) {
  return (
    <Bar
      words={progress ? steps[progress.step] : 'Starting'}
      details={progress ? detailsOf(progress) : []}
      share={progress?.done ?? 0}
      onStop={onStop}
    />
  )
}

function detailsOf({ rows, rowsPerSecond, secondsLeft }: ImportProgress): string[] {
  return [
    ...(rows > 0 ? [countText(rows, 'row')] : []),
    ...(rowsPerSecond > 0 ? [`${wholeText(Math.round(rowsPerSecond))} rows/s`] : []),
    ...(secondsLeft !== null ? [timeLeftText(secondsLeft)] : []),
  ]
}

interface SendProgressBarProps {
  readonly files: number
  readonly share: number
  readonly onStop: () => void
}

export function SendProgressBar({ files, share, onStop }: SendProgressBarProps) {
  return (
    <Bar words={`Sending ${countText(files, 'file')}`} details={[]} share={share} onStop={onStop} />
  )
}

interface BarProps {
  readonly words: string
  readonly details: readonly string[]
  readonly share: number
  readonly onStop: () => void
}

function Bar({ words, details, share, onStop }: BarProps) {
  return (
    <div className="flex flex-col gap-3 py-2">
      <div className="flex items-baseline justify-between gap-4 text-control">
        <span className="font-medium">{words}</span>
        <span className="text-text-2">{[...details, shareText(share)].join(' · ')}</span>
      </div>
      <progress value={share} max={1} aria-label={words} className="progress" />
      <Button className="self-start" onClick={onStop}>
        Stop
      </Button>
    </div>
  )
}
