import { replaceEqualDeep } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from 'react'
import type { ChartSpec } from '../../src/display/chart-spec.ts'
import { describeChart } from '../../src/display/describe-chart.ts'
import type { Dimension, Result } from '../../src/model/query.ts'
import { classNames } from '../controls/class-names.ts'
import { Skeleton } from '../controls/states.tsx'
import { filterValueOf } from '../filters.ts'
import { useViewActions, type View } from '../view.ts'
import type { ChartDefinition } from './chart-definition.ts'
import { FigureTable } from './figure-table.tsx'
import { Legend } from './legend.tsx'
import { NothingToShow } from './nothing-to-show.tsx'
import type { Picked } from './pick.ts'

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }))

interface AnsweredProps {
  readonly chart: ChartDefinition
  readonly view: View
  readonly result: Result
  readonly asTable: boolean
  readonly title: string
  readonly height: string
}

/** What was answered, as pictures or as a table, or why there is nothing. */
export function Answered({ chart, view, result, asTable, title, height }: AnsweredProps) {
  const pictures = usePictures(chart, result, view)
  const { toggle } = useViewActions()
  const chooses = chosenDimension(chart, result)
  if (pictures.length === 0) {
    return (
      <div className={height}>
        <NothingToShow view={view} {...(chart.whenEmpty ? { reason: chart.whenEmpty } : {})} />
      </div>
    )
  }
  if (asTable) {
    return (
      <FigureTable
        caption={title}
        result={result}
        className={height}
        onChoose={
          chooses
            ? (row) => {
                const value = filterValueOf(row, chooses)
                if (value !== null) toggle(chooses, value)
              }
            : null
        }
      />
    )
  }
  return (
    <div className={classNames('grid gap-6', pictures.length > 1 && 'lg:grid-cols-[3fr_2fr]')}>
      {pictures.map((spec) => (
        <Picture
          key={spec.kind}
          spec={spec}
          title={title}
          height={height}
          {...(chooses ? { onChoose: (value: string) => toggle(chooses, value) } : {})}
        />
      ))}
    </div>
  )
}

/** The same objects as long as they say the same: a new view alone makes nothing to draw again. */
function usePictures(chart: ChartDefinition, result: Result, view: View): readonly ChartSpec[] {
  const drawn = useRef<readonly ChartSpec[]>([])
  const pictures = useMemo(() => chart.pictures(result, view), [chart, result, view])
  const same = replaceEqualDeep(drawn.current, pictures)
  useEffect(() => {
    drawn.current = same
  })
  return same
}

/** A chart that fell back to continents chooses those. */
function chosenDimension(chart: ChartDefinition, result: Result): Dimension | null {
  const continents = result.meta.query.by?.includes('continent') ?? false
  return chart.chooses !== null && continents ? 'continent' : chart.chooses
}

interface PictureProps {
  readonly spec: ChartSpec
  readonly title: string
  readonly height: string
  readonly onChoose?: (value: string) => void
}

function Picture({ spec, title, height, onChoose }: PictureProps) {
  const select = useCallback(
    (pick: Picked) => {
      const value = filterValue(spec, pick)
      if (value !== null) onChoose?.(value)
    },
    [spec, onChoose],
  )
  return (
    <div className={classNames('flex min-w-0 flex-col', height)}>
      <Suspense fallback={<Skeleton className="min-h-0 flex-1" />}>
        <Chart
          spec={spec}
          label={describeChart(spec, title)}
          className="min-h-0 flex-1"
          onSelect={onChoose ? select : undefined}
        />
      </Suspense>
      <Legend spec={spec} />
    </div>
  )
}

/** What a filter takes for the bar or country that was chosen. */
function filterValue(spec: ChartSpec, pick: Picked): string | null {
  if ('code' in pick) {
    if (spec.kind !== 'world-map') return null
    return spec.areas.find(({ key }) => key === pick.code)?.label ?? null
  }
  if (spec.kind === 'ranking') return spec.bars[pick.index]?.key ?? null
  return spec.kind === 'stacked-bars' ? (spec.categories[pick.index]?.key ?? null) : null
}
