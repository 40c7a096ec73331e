import { continents, countries, type TCountryCode } from 'countries-list'
import { geoEqualEarth } from 'd3-geo'
import codes from 'i18n-iso-countries/codes.json'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import atlas from 'world-atlas/countries-110m.json'
import type { DrawContext } from '../../src/display/build-option.ts'

/** Natural Earth names countries by ISO numeric ids; our rows by alpha-2 codes. */
const alpha2Of = new Map(codes.map(([alpha2 = '', , numeric = '']) => [numeric, alpha2]))

/** Nobody sells there, and it would take a fifth of the height. */
const antarctica = '010'

/** Lands without an ISO code keep their place on the map under a name that no row has. */
const withoutCode = 'XX'

export interface World {
  readonly geometry: GeoJSON.FeatureCollection
  readonly projection: NonNullable<DrawContext['projection']>
}

export function readWorld(): World {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection }>
  const { features } = feature(topology, topology.objects.countries)
  const projection = geoEqualEarth()
  return {
    geometry: {
      type: 'FeatureCollection',
      features: features
        .filter((country) => country.id !== antarctica)
        .map((country) => ({
          ...country,
          properties: placeOf(String(country.id)),
        })),
    },
    projection: {
      project: ([longitude = 0, latitude = 0]) => projection([longitude, latitude]) ?? [0, 0],
      unproject: ([x = 0, y = 0]) => projection.invert?.([x, y]) ?? [0, 0],
      // Both libraries mean the same stream; only d3's type lets `sphere` be missing.
      stream: (output) => projection.stream(output) as typeof output,
    },
  }
}

function placeOf(numeric: string): { country: string; continent: string } {
  const country = alpha2Of.get(numeric) ?? withoutCode
  const known = countries[country as TCountryCode]
  return { country, continent: known ? continents[known.continent] : withoutCode }
}
