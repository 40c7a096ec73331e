/**
 * The colours that charts are drawn with, as data, so that the page, the command line and reports draw
 * the same picture. `web/theme.css` states the same values as CSS variables; a test holds both in step.
 * Contrast and distance under colour-blind vision were measured: do not change a colour by eye.
 */
export interface Theme {
  readonly name: 'light' | 'dark'
  readonly surface: string
  readonly raised: string
  readonly border: string
  readonly borderStrong: string
  readonly text: string
  readonly textSecondary: string
  readonly textMuted: string
  readonly accent: string
  /** For up to six series; more become top five and Other. */
  readonly categorical: readonly string[]
  readonly other: string
  /** Five steps from little to much, for maps. */
  readonly sequential: readonly string[]
  /** A country without sales. */
  readonly none: string
  readonly font: string
}

const font = '"Inter Variable", system-ui, sans-serif'

export const lightTheme: Theme = {
  name: 'light',
  surface: '#ffffff',
  raised: '#ffffff',
  border: '#e4e4e7',
  borderStrong: '#c9c9d0',
  text: '#18181b',
  textSecondary: '#52525b',
  textMuted: '#6a6a74',
  accent: '#2f5bd8',
  categorical: ['#2f5bd8', '#e86518', '#9b86c1', '#681023', '#3e357e', '#9c4438'],
  other: '#8a8a94',
  sequential: ['#cddafa', '#a9bff5', '#5c82e6', '#2f5bd8', '#1b3a94'],
  none: '#ececef',
  font,
}

export const darkTheme: Theme = {
  name: 'dark',
  surface: '#131519',
  raised: '#1b1e24',
  border: '#262a32',
  borderStrong: '#3a404b',
  text: '#f4f4f5',
  textSecondary: '#b4b8c0',
  textMuted: '#9298a3',
  accent: '#8aa8ff',
  categorical: ['#7ea2ff', '#e29858', '#93f1f0', '#cf4232', '#8e6a9f', '#f0e331'],
  other: '#8b919c',
  sequential: ['#33498a', '#4a66b5', '#6b8ade', '#93acf8', '#ccd9ff'],
  none: '#22262d',
  font,
}
