import type { TooltipComponentOption } from 'echarts/components'
import type { Theme } from '../theme.ts'

/** What a tooltip says: a title and lines of name and figure. All of it is text, never markup. */
export interface TooltipContent {
  readonly title: string
  readonly lines: readonly TooltipLine[]
  readonly footer?: string
}

export interface TooltipLine {
  /** Null: no swatch. */
  readonly color: string | null
  readonly dashed?: boolean
  readonly name: string
  readonly value: string
}

/**
 * Makes what ECharts shows: elements, in a page. Names in a shop's files are hostile until shown
 * otherwise, so the page sets them as text; nothing here writes markup. Null: a picture without tooltips.
 */
export type TooltipRenderer = ((content: TooltipContent) => TooltipElement) | null

/** An HTMLElement, where there is a DOM. */
export type TooltipElement = ReturnType<
  Extract<TooltipComponentOption['formatter'], (...parameters: never[]) => unknown>
>

export interface TooltipPlace {
  readonly dataIndex: number
  readonly name: string
}

interface TooltipWish {
  readonly theme: Theme
  readonly render: TooltipRenderer
  /** `row` and `column` answer anywhere beside the pointed one, `item` only on the mark itself. */
  readonly reach: 'row' | 'column' | 'item'
  readonly content: (place: TooltipPlace) => TooltipContent | null
}

export function tooltip({ theme, render, reach, content }: TooltipWish): TooltipComponentOption {
  if (!render) return { show: false }
  return {
    trigger: reach === 'item' ? 'item' : 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.raised,
    borderColor: theme.borderStrong,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: theme.text, fontSize: 12, fontFamily: theme.font },
    extraCssText: 'border-radius:6px;box-shadow:0 4px 16px rgba(0,0,0,.12)',
    axisPointer:
      reach === 'row'
        ? { type: 'shadow', axis: 'y', shadowStyle: { color: theme.border, opacity: 0.35 } }
        : { type: 'line', axis: 'x', lineStyle: { color: theme.borderStrong, type: 'solid' } },
    formatter: (parameters) => {
      const first = Array.isArray(parameters) ? parameters[0] : parameters
      if (!first) return ''
      const shown = content({ dataIndex: first.dataIndex ?? -1, name: first.name ?? '' })
      return shown ? render(shown) : ''
    },
  }
}
