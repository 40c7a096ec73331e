import { expect, it } from 'vitest'
import { readWorld } from '../../web/charts/world-geometry.ts'

const world = readWorld()
const places = world.geometry.features.map(({ properties }) => properties)

it('names countries as our rows do', () => {
  expect(places).toContainEqual({ country: 'GB', continent: 'Europe' })
  expect(places).toContainEqual({ country: 'US', continent: 'North America' })
  expect(places.map((place) => place?.country)).not.toContain('AQ')
  expect(places.filter((place) => place?.country === 'XX').length).toBeLessThanOrEqual(3)
})

it('keeps north up', () => {
  const [, north = 0] = world.projection.project([0, 60])
  const [, south = 0] = world.projection.project([0, -60])
  expect(north).toBeLessThan(south)
})
