const typing = 'input, select, textarea, [contenteditable]'

/** Whether a key belongs to a control that has the focus: what is typed there, or to anything that a key presses. */
export function isOfControl(event: KeyboardEvent, kind: 'typing' | 'pressing'): boolean {
  const { target } = event
  const controls = kind === 'typing' ? typing : `${typing}, button, a[href], summary`
  return target instanceof Element && target.closest(controls) !== null
}
