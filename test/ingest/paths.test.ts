import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expandPaths } from '../../src/ingest/paths.ts'
import { TakingsError } from '../../src/model/errors.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'takings-paths-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(...names: string[]): string[] {
  return names.map((name) => {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, '')
    return path
  })
}

function failure(...paths: string[]): unknown {
  try {
    return expandPaths(paths)
  } catch (error) {
    return error instanceof TakingsError ? error.toWire('').error : error
  }
}

describe('paths', () => {
  it('mean the files of a folder, by name, hidden ones left out, each once', () => {
    const [b, a, deep] = write('b.csv', 'a.csv', 'c/deep.csv')
    write('.hidden.csv', '.folder/c.csv')
    expect(expandPaths([folder, join(folder, 'a.csv')])).toEqual([a, b, deep])
    expect(expandPaths([join(folder, '*.csv')])).toEqual([a, b])
    expect(expandPaths([join(folder, '**/*.csv')])).toEqual([a, b, deep])
  })

  it('leave out the data folder among the exports, whatever leads to it', () => {
    const [orders] = write('orders.csv', 'data/warehouse', 'data/work/x.csv')
    const data = join(folder, 'data')
    symlinkSync(data, join(folder, 'link'))
    expect(expandPaths([folder], data)).toEqual([orders])
    expect(expandPaths([join(folder, '**/*')], data)).toEqual([orders])
    expect(expandPaths([folder], join(folder, 'absent'))).toHaveLength(3)
    expect(() => expandPaths([data], data)).toThrow('without files')
  })

  it('are refused where they are tables that were exported, and only these', () => {
    const [orders, sales] = write('orders.csv', 'bi/SalesFact.csv', 'bi/other.csv')
    const manifest = join(folder, 'bi/export.json')
    writeFileSync(manifest, JSON.stringify({ takings: '1', tables: [{ file: 'SalesFact.csv' }] }))
    for (const path of [folder, join(folder, 'bi'), sales ?? '', manifest]) {
      expect(failure(orders ?? '', path)).toMatchObject({
        code: 'own_export',
        details: { folder: join(folder, 'bi') },
      })
    }
    expect(expandPaths([join(folder, 'bi/other.csv')])).toHaveLength(1)
    for (const other of ['{', '[]', '"x"', 'null', '{"tables":[{"file":"SalesFact.csv"}]}']) {
      writeFileSync(manifest, other)
      expect(expandPaths([join(folder, 'bi')])).toHaveLength(3)
    }
  })

  it('end where a link leads back to a folder above it', () => {
    const [file] = write('years/2024/orders.csv')
    symlinkSync(join(folder, 'years'), join(folder, 'years/2024/all'))
    symlinkSync(folder, join(folder, 'years/again'))
    expect(expandPaths([join(folder, 'years')])).toEqual([file])
  })

  it('are refused where somebody gave a folder that holds a whole disk', () => {
    write(...Array.from({ length: 10_001 }, (_, index) => `many/${index}`))
    expect(failure(join(folder, 'many'))).toMatchObject({
      code: 'too_many_files',
      details: { limit: 10_000 },
    })
    rmSync(join(folder, 'many/0'))
    expect(expandPaths([join(folder, 'many')])).toHaveLength(10_000)
    write('one.csv')
    expect(failure(folder)).toMatchObject({ code: 'too_many_files' })
  })
})
