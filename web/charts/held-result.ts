import { useEffect, useRef } from 'react'
import type { Result, Row } from '../../src/model/query.ts'
import { useHeldRows } from '../held-order.ts'

const noRows: readonly Row[] = []

/** The same answer with its rows at the places where they were, while its card is held and the question is the same. */
export function useHeldResult(result: Result | undefined, isHeld: boolean): Result | undefined {
  const question = result && JSON.stringify(result.meta.query)
  const shown = useRef(question)
  const isSame = shown.current === question
  useEffect(() => {
    shown.current = question
  })
  const keyOf = result ? rowKeyOf(result) : () => ''
  const rows = useHeldRows(result?.data.rows ?? noRows, keyOf, isHeld && isSame)
  const given = useRef<{
    readonly of: Result
    readonly rows: readonly Row[]
    readonly held: Result
  }>(undefined)
  if (!result || rows === result.data.rows) return result
  const before = given.current
  const isKnown = before?.of === result && isEqual(before.rows, rows)
  const held = isKnown ? before.held : { ...result, data: { ...result.data, rows } }
  given.current = { of: result, rows, held }
  return held
}

/** What tells a row of an answer from all others. */
export function rowKeyOf({ data: { columns } }: Result): (row: Row) => string {
  const names = columns
    .filter(({ kind }) => kind === 'dimension' || kind === 'key')
    .map(({ name }) => name)
  return (row) => JSON.stringify(names.map((name) => row[name] ?? null))
}

function isEqual(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index])
}
