import { useEffect, useRef, useState } from 'react'

/**
 * Rows that keep their places while somebody points at them or stands among them: figures change, but nothing moves
 * under the pointer. The new order is taken when it is left.
 */
export interface HeldOrder<Row> {
  readonly rows: readonly Row[]
  /** Of the element around the rows. */
  readonly holding: Holding
}

export interface Holding {
  readonly onPointerEnter: () => void
  readonly onPointerLeave: () => void
  readonly onFocus: () => void
  readonly onBlur: (event: { currentTarget: Element; relatedTarget: unknown }) => void
}

export function useHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): HeldOrder<Row> {
  const { isHeld, holding } = useHolding()
  const shown = useHeldRows(rows, keyOf, isHeld)
  return { rows: shown, holding }
}

/** Whether the pointer or the focus is inside of an element. */
export function useHolding(): { readonly isHeld: boolean; readonly holding: Holding } {
  const [pointed, setPointed] = useState(false)
  const [focused, setFocused] = useState(false)
  useEffect(() => {
    // Browsers do not say that the focus is gone where what had it was taken away, as a row is that was put aside.
    if (focused && document.activeElement === document.body) setFocused(false)
  })
  return {
    isHeld: pointed || focused,
    holding: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: ({ currentTarget, relatedTarget }) => {
        const stays = relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
        if (!stays) setFocused(false)
      },
    },
  }
}

/** The rows in the order in which they were last shown, while they are held. */
export function useHeldRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  isHeld: boolean,
): readonly Row[] {
  const known = useRef<readonly string[]>([])
  const shown = isHeld ? inPlaces(rows, known.current, keyOf) : rows
  useEffect(() => {
    known.current = shown.map(keyOf)
  })
  return shown
}

/**
 * Rows that are known stay at their places; those that are not take the places of those that are gone, in their own
 * order.
 */
export function inPlaces<Row>(
  rows: readonly Row[],
  known: readonly string[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  const before = new Set(known)
  const fresh = rows.filter((row) => !before.has(keyOf(row)))
  const placed = known.flatMap((key) => byKey.get(key) ?? fresh.shift() ?? [])
  return [...placed, ...fresh]
}
