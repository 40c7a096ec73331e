import type { TooltipComponentOption } from 'echarts/components'
import { escapeHtml } from '../escape-html.ts'
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

/** The only place that writes markup for ECharts; every word passes through `escapeHtml`. */
export function tooltipHtml(content: TooltipContent, theme: Theme): string {
  const lines = content.lines.map((line) => lineHtml(line, theme)).join('')
  const footer = content.footer
    ? `<div style="margin-top:4px;color:${theme.textMuted}">${escapeHtml(content.footer)}</div>`
    : ''
  const title = `<div style="font-weight:600;white-space:normal">${escapeHtml(content.title)}</div>`
  return `<div style="max-width:280px">${title}${lines}${footer}</div>`
}

function lineHtml(line: TooltipLine, theme: Theme): string {
  const rule = line.dashed ? 'dashed' : 'solid'
  const swatch =
    line.color === null
      ? ''
      : `<span style="display:inline-block;width:12px;border-top:2px ${rule} ${line.color};vertical-align:middle;margin-right:6px"></span>`
  const name = `<span style="color:${theme.textSecondary};white-space:normal">${swatch}${escapeHtml(line.name)}</span>`
  const value = `<span style="font-weight:600;font-variant-numeric:tabular-nums">${escapeHtml(line.value)}</span>`
  return `<div style="display:flex;justify-content:space-between;gap:16px;margin-top:4px">${name}${value}</div>`
}

/** `content` gets the index of what the pointer is on; null shows nothing. */
export function tooltip(
  theme: Theme,
  trigger: 'axis' | 'item',
  content: (index: number, seriesIndex: number) => TooltipContent | null,
): TooltipComponentOption {
  return {
    trigger,
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.raised,
    borderColor: theme.borderStrong,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: theme.text, fontSize: 12, fontFamily: theme.font },
    extraCssText: 'border-radius:6px;box-shadow:0 4px 16px rgba(0,0,0,.12)',
    axisPointer: { type: 'line', lineStyle: { color: theme.borderStrong, type: 'solid' } },
    formatter: (parameters) => {
      const first = Array.isArray(parameters) ? parameters[0] : parameters
      if (!first || first.dataIndex === undefined) return ''
      const shown = content(first.dataIndex, first.seriesIndex ?? 0)
      return shown ? tooltipHtml(shown, theme) : ''
    },
  }
}
