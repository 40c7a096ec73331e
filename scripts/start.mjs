import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { build, checkNode, install, root } from './checkout.mjs'

/** `npm start`: installs and builds what is missing, then runs `takings start` with what follows `--`. */

checkNode()
await install()
await build()

const main = join(root, 'dist', 'cli', 'main.js')
const child = spawn(process.execPath, [main, 'start', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Relative paths mean the folder in which npm was called, not the one of package.json.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  env: {
    ...process.env,
    // Queries run on libuv's pool: it must be larger than their number, and it is made at the start.
    UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16',
    // One malloc arena per thread would keep freed memory in sixteen places.
    MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2',
  },
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGHUP', () => child.kill('SIGHUP'))
process.on('SIGINT', () => {
  // A terminal sends Ctrl-C to the child as well; a second one would mean "quit without tidying up".
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
})
