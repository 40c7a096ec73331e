// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { tooltipElement } from '../../web/charts/tooltip-element.ts'

it('shows hostile names as text', () => {
  const hostile = '<img src=x onerror="window.hacked=1">'
  const line = { color: '#123456', name: hostile, value: hostile }
  const element = tooltipElement({ title: hostile, lines: [line], footer: hostile })
  expect(element.querySelector('img')).toBeNull()
  expect(element.textContent?.split(hostile)).toHaveLength(5)
})
