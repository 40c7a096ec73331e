/** A clock that stands still, long after the last order of every test. */
export const now = () => new Date('2026-01-15T12:00:00Z')
