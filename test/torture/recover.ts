import { writeSync } from 'node:fs'
import type { TakingsError } from '../../src/model/errors.ts'
import { orderOf } from './child-orders.ts'
import type { ChildJob } from './child-process.ts'
import { openShop } from './open-shop.ts'

/** So often it is looked whether what waits was applied, each time for so many milliseconds. */
const looks = { times: 30, ms: 2_000 }

/** Applies what waits, takes some orders in, prints their numbers and ends the process; or says as JSON why that cannot be. */
export async function recover({ folder, address, number }: ChildJob): Promise<never> {
  try {
    await applyAndTakeMore(folder, { address, number })
    process.exit(0)
  } catch (error) {
    const { code, message, hint } = error as { code?: string; message: string; hint?: string }
    writeSync(1, `${JSON.stringify({ code, message, hint })}\n`)
    process.exit(5)
  }
}

async function applyAndTakeMore(
  folder: string,
  { address, number }: { readonly address: string | null; readonly number: number },
): Promise<void> {
  let trouble: unknown = null
  const shop = await openShop({
    folder,
    address,
    onTrouble: (error) => {
      trouble = error
    },
  })
  const { intake, journal } = shop
  const apply = async (sequence: number) => {
    for (let look = 0; look < looks.times; look++) {
      if (await intake.visible(sequence, looks.ms)) return
      // What is over some day is waited for.
      if (trouble instanceof Error && !(trouble as TakingsError).transient) throw trouble
    }
    throw new Error(intake.state().problem ?? 'what waits was not applied')
  }
  await apply(journal.last())
  const numbers = Array.from({ length: 12 }, (_, index) => `${number}-0-0-${index}`)
  const { sequence } = await intake.accept(numbers.map(orderOf))
  writeSync(1, `${numbers.join('\n')}\n`)
  await apply(sequence)
  await shop.close()
}
