import { useSyncExternalStore } from 'react'
import { darkTheme, lightTheme, type Theme } from '../../src/display/theme.ts'

/** What the person chose; `index.html` reads the same entry before the first paint. */
export const schemeChoices = ['light', 'dark', 'system'] as const
export type SchemeChoice = (typeof schemeChoices)[number]

const entry = 'takings.theme'
const listeners = new Set<() => void>()
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
systemDark.addEventListener('change', apply)

function readChoice(): SchemeChoice {
  try {
    return schemeChoices.find((choice) => choice === localStorage.getItem(entry)) ?? 'system'
  } catch {
    return 'system'
  }
}

let chosen = readChoice()
/** While a page hangs on a wall. */
let isForcedDark = false

export function chooseScheme(choice: SchemeChoice): void {
  chosen = choice
  try {
    localStorage.setItem(entry, choice)
  } catch {
    // Private windows may forbid storage: the choice then lasts until the page closes.
  }
  apply()
}

/** Dark whatever was chosen, until it is taken back. */
export function forceDark(isForced: boolean): void {
  isForcedDark = isForced
  apply()
}

function isDark(): boolean {
  return isForcedDark || chosen === 'dark' || (chosen === 'system' && systemDark.matches)
}

/** All at once: colours that fade would for a moment stand on a ground that does not, and could not be read. */
function apply(): void {
  const root = document.documentElement
  root.dataset.switching = ''
  root.dataset.theme = isDark() ? 'dark' : 'light'
  // Asked for, the new colours are there before fading is allowed again.
  getComputedStyle(document.body).getPropertyValue('color')
  delete root.dataset.switching
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSchemeChoice(): SchemeChoice {
  return useSyncExternalStore(subscribe, () => chosen)
}

/** The colours that charts are drawn with now. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, isDark) ? darkTheme : lightTheme
}
