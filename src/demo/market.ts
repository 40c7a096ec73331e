/** Where the demo shop sells, how its orders spread over the regions, and how that shifts over the years. */

export interface Region {
  readonly id: number
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** Locale of `@faker-js/faker` whose names people there have. */
  readonly names: NameLocale
  /** Shares of new customers at the start and at the end of the period, any unit. */
  readonly early: number
  readonly late: number
}

export const nameLocales = [
  'de',
  'fr',
  'nl',
  'en_GB',
  'es',
  'it',
  'pl',
  'sv',
  'pt_BR',
  'en_IN',
] as const
export type NameLocale = (typeof nameLocales)[number]

export const regions: readonly Region[] = [
  { id: 1, name: 'Germany', country: 'DE', names: 'de', early: 30, late: 27 },
  { id: 2, name: 'Austria', country: 'AT', names: 'de', early: 7, late: 6 },
  { id: 3, name: 'Switzerland', country: 'CH', names: 'de', early: 6, late: 6 },
  { id: 4, name: 'France', country: 'FR', names: 'fr', early: 10, late: 9 },
  { id: 5, name: 'Netherlands', country: 'NL', names: 'nl', early: 7, late: 6 },
  { id: 6, name: 'United Kingdom', country: 'GB', names: 'en_GB', early: 12, late: 8 },
  { id: 7, name: 'Spain', country: 'ES', names: 'es', early: 5, late: 5 },
  { id: 8, name: 'Italy', country: 'IT', names: 'it', early: 5, late: 5 },
  { id: 9, name: 'Poland', country: 'PL', names: 'pl', early: 1, late: 18 },
  { id: 10, name: 'Sweden', country: 'SE', names: 'sv', early: 4, late: 4 },
  { id: 11, name: 'United States', country: 'US', names: 'en_GB', early: 8, late: 8 },
  { id: 12, name: 'Canada', country: 'CA', names: 'en_GB', early: 3, late: 3 },
  { id: 13, name: 'Brazil', country: 'BR', names: 'pt_BR', early: 2, late: 3 },
  { id: 14, name: 'India', country: 'IN', names: 'en_IN', early: 2, late: 4 },
  { id: 15, name: 'Australia', country: 'AU', names: 'en_GB', early: 3, late: 2 },
  { id: 16, name: 'South Africa', country: 'ZA', names: 'en_GB', early: 1, late: 1 },
]

/** Where the shop has its store and its warehouse. */
export const homeRegion = 1
/** Planted: grows from the smallest to one of the largest. */
export const growingRegion = 9
/** Places in a pick list of regions. */
export const regionSlots = 1000

export interface RegionSlot {
  /** 0 to 999 for early customers, 1000 to 1999 for late ones. */
  readonly slot: number
  readonly region_id: number
}

/** Pick lists for early and late customers: a region stands in as many places as its share. */
export function regionPickList(): RegionSlot[] {
  return (['early', 'late'] as const).flatMap((when, list) => {
    const total = regions.reduce((sum, region) => sum + region[when], 0)
    let reached = 0
    return regions.flatMap((region) => {
      const first = Math.round((reached / total) * regionSlots)
      reached += region[when]
      const end = Math.round((reached / total) * regionSlots)
      return Array.from({ length: end - first }, (_, place) => ({
        slot: list * regionSlots + first + place,
        region_id: region.id,
      }))
    })
  })
}
