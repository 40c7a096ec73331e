/** Exit codes: see docs/user-guide.md. Errors bring their own. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  openQuestion: 4,
  found: 6,
  interrupted: 130,
} as const
