import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `npm start` and `npm test` need of a checkout. Only Node itself is there on a fresh clone. */

export const root = fileURLToPath(new URL('..', import.meta.url))
const oldest = [20, 19]

/** Ends the process with a plain sentence when this Node is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = oldest
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  say(`Takings needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}.`)
  say('Get it from https://nodejs.org, then run the same command again.')
  process.exit(1)
}

/** Installs the locked packages when one of them is missing. */
export async function install() {
  if (isInstalled()) return
  say('Installing packages (once, about a minute) ...')
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  if ((await attempt('npm', ['ci', ...quiet])).ok) return
  // Registries that do not carry the binaries of every platform make `npm ci` refuse; `npm install` keeps
  // to the lock file too, and leaves out what is meant for other machines.
  await run('npm', ['install', '--no-save', ...quiet])
}

/** Builds server and pages when a source changed since the last build. */
export async function build() {
  const fingerprint = fingerprintOfSources()
  const stamp = join(root, 'dist', '.built')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  say('Building ...')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  await run('npm', ['run', '--silent', 'build'])
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, fingerprint)
}

export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs a program quietly: what it wrote is shown only when it fails, and then the process ends. */
async function run(command, parameters) {
  const { ok, output } = await attempt(command, parameters)
  if (ok) return
  say(output.trimEnd())
  say(`\`${command} ${parameters.join(' ')}\` failed; nothing was started.`)
  process.exit(1)
}

async function attempt(command, parameters) {
  const child = spawn(command, parameters, {
    cwd: root,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.on('close', resolve)
  })
  return { ok: code === 0, output }
}

/** Compares what npm recorded as installed with the lock file, so that file times do not matter. */
function isInstalled() {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))
  const locked = readJson(join(root, 'package-lock.json'))
  if (!installed || !locked) return false
  return Object.entries(locked.packages).every(([path, entry]) => {
    if (path === '' || entry.optional) return true
    return installed.packages[path]?.version === entry.version
  })
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

/** Names, sizes and times of all that the build reads. */
function fingerprintOfSources() {
  const hash = createHash('sha256')
  const files = ['package.json', 'package-lock.json', ...filesBelow('src'), ...filesBelow('web')]
  for (const path of files) {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort()
}
