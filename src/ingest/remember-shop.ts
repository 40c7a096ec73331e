import type { Settings } from '../warehouse/warehouse.ts'

/** Keeps the shop's zone and currency, once an import or an order has told them. */
export async function rememberShop(
  settings: Settings,
  {
    timeZone = 'UTC',
    currency,
  }: { readonly timeZone?: string | undefined; readonly currency: string | null },
): Promise<void> {
  if ((await settings.get('time_zone')) === null) await settings.set('time_zone', timeZone)
  if (currency && (await settings.get('currency')) === null)
    await settings.set('currency', currency)
}
