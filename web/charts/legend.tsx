import type { ChartSpec, LineSpec } from '../../src/display/chart-spec.ts'
import { rangeText } from '../../src/display/day-text.ts'
import { isCompared, partialText } from '../../src/display/options/line.ts'
import { seriesColor } from '../../src/display/options/stacked-bars.ts'
import { mapClasses } from '../../src/display/options/world-map.ts'
import type { Theme } from '../../src/display/theme.ts'
import { useTheme } from '../shell/color-scheme.ts'

interface LegendEntry {
  readonly text: string
  readonly color: string
  readonly mark: 'box' | 'solid' | 'dashed' | 'dotted'
}

/** As words beside the picture, so that they wrap, scale and can be read aloud. */
export function Legend({ spec }: { readonly spec: ChartSpec }) {
  const theme = useTheme()
  const entries = entriesOf(spec, theme)
  if (entries.length === 0) return null
  return (
    <ul aria-label="Legend" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-meta text-text-2">
      {entries.map((entry) => (
        <li key={entry.text} className="flex min-w-0 items-center gap-1.5">
          <Mark entry={entry} />
          <span className="truncate">{entry.text}</span>
        </li>
      ))}
    </ul>
  )
}

function Mark({ entry: { mark, color } }: { readonly entry: LegendEntry }) {
  if (mark === 'box') {
    return (
      <span aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: color }} />
    )
  }
  return (
    <span
      aria-hidden
      className="w-4 shrink-0 border-t-2"
      style={{ borderColor: color, borderStyle: mark }}
    />
  )
}

function entriesOf(spec: ChartSpec, theme: Theme): LegendEntry[] {
  switch (spec.kind) {
    case 'line':
      return lineEntries(spec, theme)
    case 'stacked-bars':
      return spec.series.map(({ label }, index) => ({
        text: label,
        color: seriesColor(spec, theme, index),
        mark: 'box',
      }))
    case 'world-map':
      return [
        ...mapClasses(spec, theme).map(({ text, color: own }) => ({
          text,
          color: own,
          mark: 'box' as const,
        })),
        { text: 'none', color: theme.none, mark: 'box' },
      ]
    case 'ranking':
    case 'time-bars':
      return []
  }
}

function lineEntries(spec: LineSpec, theme: Theme): LegendEntry[] {
  const color = theme.categorical[0] ?? theme.accent
  const entries: LegendEntry[] = [{ text: rangeText(spec.range), color, mark: 'solid' }]
  if (spec.compareRange && isCompared(spec)) {
    entries.push({ text: rangeText(spec.compareRange), color, mark: 'dashed' })
  }
  const partial = partialText(spec)
  if (partial) entries.push({ text: partial, color, mark: 'dotted' })
  return entries
}
