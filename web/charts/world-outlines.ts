import { geoArea, geoCentroid, geoEqualEarth, geoPath } from 'd3-geo'
import { readWorld } from './world-geometry.ts'

/** The countries of the world as plain shapes, for pictures that are no charts. */
export interface WorldOutlines {
  readonly width: number
  readonly height: number
  /** One path of all land. */
  readonly land: string
  /** The middle of the largest part of each country, by ISO 3166-1 alpha-2. */
  readonly middles: ReadonlyMap<string, readonly [number, number]>
}

const width = 960

export function worldOutlines(): WorldOutlines {
  const { geometry } = readWorld()
  const projection = geoEqualEarth().fitWidth(width, geometry)
  const path = geoPath(projection).digits(1)
  const [, [, bottom]] = path.bounds(geometry)
  const middles = new Map<string, readonly [number, number]>()
  for (const { geometry: shape, properties } of geometry.features) {
    const middle = projection(geoCentroid(largestOf(shape)))
    if (middle && properties) middles.set(String(properties.country), middle)
  }
  return { width, height: Math.ceil(bottom), land: path(geometry) ?? '', middles }
}

/** Far islands would pull the middle of a country into the sea. */
function largestOf(shape: GeoJSON.Geometry): GeoJSON.Geometry {
  if (shape.type !== 'MultiPolygon') return shape
  const parts = shape.coordinates.map(
    (coordinates): GeoJSON.Polygon => ({ type: 'Polygon', coordinates }),
  )
  return parts.reduce((best, part) => (geoArea(part) > geoArea(best) ? part : best))
}
