import type { Cell, Dimension, Row } from '../model/query.ts'
import { isAxis } from './dimensions.ts'

/**
 * Where rows stand, as text: two of them stand at the same place when their texts are the same. Made
 * once for an answer, which may have thousands of rows.
 */
export interface PlaceKeys {
  /** Of the axes of time, from the keys of all dimensions. */
  step(keys: readonly Cell[]): string
  /** The same from the cells of a step. */
  stepOf(cells: Row): string
  /** Of all other dimensions. */
  rest(keys: readonly Cell[]): string
}

export function placeKeys(by: readonly Dimension[]): PlaceKeys {
  const all = by.map((name, position) => ({ name, position }))
  const axes = all.filter(({ name }) => isAxis(name))
  const members = all.filter(({ name }) => !isAxis(name))
  return {
    step: (keys) => axisText(axes, ({ position }) => keys[position]),
    stepOf: (cells) => axisText(axes, ({ name }) => cells[name]),
    rest: (keys) =>
      members.length === 0 ? '' : JSON.stringify(members.map(({ position }) => keys[position])),
  }
}

/** Days and numbers hold no space; what is not known is the empty text. */
function axisText<Axis>(axes: readonly Axis[], keyOf: (axis: Axis) => Cell | undefined): string {
  let text = ''
  for (const [position, axis] of axes.entries()) {
    const key = String(keyOf(axis) ?? '')
    text = position === 0 ? key : `${text} ${key}`
  }
  return text
}
