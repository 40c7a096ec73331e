import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Throws where a journal cannot be read to its end. The library reads its file as memory, so that one that was cut or
 * changed may end the process that reads it: another one does it first.
 */
export async function examine(folder: string): Promise<void> {
  const path = join(folder, 'data.mdb')
  if (!existsSync(path)) return
  const transactions = String(await examineHeads(path))
  const library = createRequire(import.meta.url).resolve('lmdb')
  try {
    const words = [library, folder, transactions]
    await run(process.execPath, ['-e', `(${readAll})(...process.argv.slice(1))`, ...words])
  } catch (error) {
    const { stderr = '', signal } = error as { stderr?: string; signal?: string | null }
    const [said] = /Error: .*/.exec(stderr) ?? []
    const problem = said?.replace('Error: ', '') ?? `it ended its reader (${signal ?? 'no word'})`
    throw new Error(problem)
  }
}

/** Where a head says what it is: bytes from its beginning, as the library writes them on machines of 64 bits. */
const headFields = { mark: 24, blockSize: 48, transaction: 152, end: 160 }
const mark = 0xbeefc0de

/**
 * The file begins with two heads, written in turn by one transaction after another. Where one of them is damaged, the
 * library quietly goes by the other, which knows nothing of the newest records. Gives the number of the newest transaction, 0 where
 * there was none or nobody knows.
 */
async function examineHeads(path: string): Promise<number> {
  if (!['x64', 'arm64'].includes(process.arch)) return 0
  const first = await headAt(path, 0)
  if (!first) return 0
  const second = await headAt(path, first.readUInt32LE(headFields.blockSize))
  const heads = [first, ...(second ? [second] : [])]
  const numbers = heads.map((head) => Number(head.readBigUInt64LE(headFields.transaction)))
  const newest = Math.max(...numbers)
  const areMarked = heads.every((head) => head.readUInt32LE(headFields.mark) === mark)
  if (heads.length < 2 || !areMarked || newest - Math.min(...numbers) > 1)
    throw new Error('its head is damaged, and with it what was written last would be lost')
  return newest
}

/** Null where the file ends before. */
async function headAt(path: string, position: number): Promise<Buffer | null> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(headFields.end)
    const { bytesRead } = await file.read(head, 0, head.length, position)
    return bytesRead === head.length ? head : null
  } finally {
    await file.close()
  }
}

/** Runs in the other process, from its text: it may use nothing from around it. */
function readAll(library: string, folder: string, transactions: string): void {
  const { open } = require(library) as typeof import('lmdb')
  const root = open({ path: folder, noSubdir: false })
  // The first transaction gives it a name; without one it would be taken for a new one.
  if (Number(transactions) > 0 && root.get('id') === undefined)
    throw new Error('what tells where its records are is gone')
  for (const name of ['records', 'answers'])
    for (const { value } of root.openDB({ name }).getRange()) if (value === undefined) break
  void root.close()
}
