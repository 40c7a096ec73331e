import { expect, it } from 'vitest'
import { Slots } from '../../src/warehouse/slots.ts'

/** A promise that somebody else settles. */
function gate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, passed }
}

it('serves one after another, first come first served', async () => {
  const slots = new Slots(['writer'])
  const seen: string[] = []
  const first = gate()
  const jobs = [
    slots.use(async () => {
      await first.passed
      seen.push('a')
    }),
    slots.use(async () => void seen.push('b')),
    slots.use(async () => void seen.push('c')),
  ]
  await Promise.resolve()
  expect(seen).toEqual([])
  first.open()
  await Promise.all(jobs)
  expect(seen).toEqual(['a', 'b', 'c'])
})

it('never hands out more than it has, and hands out again what a failure left', async () => {
  const slots = new Slots([1, 2, 3])
  let running = 0
  let most = 0
  const job = async (fails: boolean) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
    if (fails) throw new Error('planned')
  }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) => slots.use(() => job(number % 3 === 0))),
  )
  expect(most).toBe(3)
  expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(7)
  expect(slots.idle).toBe(true)
})

it('lets who waits leave when its signal says so', async () => {
  const slots = new Slots(['writer'])
  const first = gate()
  const running = slots.use(() => first.passed)
  const controller = new AbortController()
  let ran = false
  const waiting = slots.use(async () => {
    ran = true
  }, controller.signal)
  const last = slots.use(async () => 'last')
  controller.abort(new Error('not needed any more'))
  await expect(waiting).rejects.toThrow('not needed any more')
  first.open()
  await running
  expect(await last).toBe('last')
  expect(ran).toBe(false)
})

it('refuses who waits and who comes when it closes, and waits for who is in', async () => {
  const slots = new Slots(['writer'])
  const first = gate()
  let done = false
  const running = slots.use(async () => {
    await first.passed
    done = true
  })
  const waiting = slots.use(async () => undefined)
  const refused = expect(waiting).rejects.toThrow('closing')
  const closing = slots.close(new Error('closing')).then(() => done)
  await refused
  await expect(slots.use(async () => undefined)).rejects.toThrow('closing')
  first.open()
  await running
  expect(await closing).toBe(true)
})

it('holds all when nobody uses any', async () => {
  const slots = new Slots([1, 2])
  const first = gate()
  const order: string[] = []
  const running = slots.use(async () => {
    await first.passed
    order.push('user')
  })
  const held = slots.holdAll(async () => void order.push('alone'))
  first.open()
  await Promise.all([running, held])
  expect(order).toEqual(['user', 'alone'])
  expect(slots.idle).toBe(true)
})
