import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { build, checkNode, install, root, say } from './checkout.mjs'

/** `npm test`: everything that keeps Takings true. Words after `--` choose test files. */

checkNode()
await install()

const results = join(root, 'node_modules', '.cache', 'takings', 'test-results.json')
const browser = findBrowser()
const filters = process.argv.slice(2)
const outcomes = []

step('types', ['npm', 'run', '--silent', 'typecheck'])
step('lint and format', ['npm', 'run', '--silent', 'lint'])
say('\n== build')
await build()
outcomes.push({ name: 'build', ok: true })

mkdirSync(dirname(results), { recursive: true })
rmSync(results, { force: true })
step('tests', [
  process.execPath,
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...filters,
])

summarise()

function step(name, [command, ...parameters]) {
  say(`\n== ${name}`)
  const { status } = spawnSync(command, parameters, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      // Tests of the command line run what was just built.
      TAKINGS_BUILT: '1',
      ...(browser ? { TAKINGS_BROWSER: browser } : {}),
    },
  })
  outcomes.push({ name, ok: status === 0 })
}

/** The last lines: what ran, what failed, and what was skipped for want of a browser. */
function summarise() {
  say('')
  for (const { name, ok } of outcomes) say(`${ok ? 'ok    ' : 'FAILED'}  ${name}`)
  const counts = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : null
  if (counts) {
    const { numPassedTests, numFailedTests, numPendingTests } = counts
    say(`        ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`)
  }
  const failed = outcomes.some(({ ok }) => !ok)
  if (browser) {
    say(`        browser: ${browser}`)
  } else if (isContinuousIntegration()) {
    say('FAILED  no browser was found, and in CI nothing may be skipped')
  } else {
    say(
      'No browser was found: the browser tests were skipped. Install Chromium, or set TAKINGS_BROWSER.',
    )
  }
  process.exitCode = failed || (!browser && isContinuousIntegration()) ? 1 : 0
}

function isContinuousIntegration() {
  return /^(1|true)$/i.test(process.env.CI ?? '')
}

/** Chrome or Chromium: named by the environment, on the path, or in Playwright's own cache. */
function findBrowser() {
  const named = process.env.TAKINGS_BROWSER
  if (named) {
    if (existsSync(named)) return named
    say(`TAKINGS_BROWSER names ${named}, which is not there.`)
    process.exit(1)
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  const installed = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const known = [
    ...installed,
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    ...playwrightBrowsers(),
  ]
  return known.find((path) => existsSync(path)) ?? null
}

function playwrightBrowsers() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), '.cache', 'ms-playwright'),
    join(homedir(), 'Library', 'Caches', 'ms-playwright'),
    process.env.LOCALAPPDATA && join(process.env.LOCALAPPDATA, 'ms-playwright'),
  ]
  const programs = [
    ['chrome-linux', 'chrome'],
    ['chrome-linux64', 'chrome'],
    ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
    ['chrome-win', 'chrome.exe'],
  ]
  return caches
    .filter((cache) => cache && existsSync(cache))
    .flatMap((cache) => readdirSync(cache).map((name) => join(cache, name)))
    .filter((folder) => /chromium-\d+$/.test(folder))
    .sort()
    .reverse()
    .flatMap((folder) => programs.map((program) => join(folder, ...program)))
}
