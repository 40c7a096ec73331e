import { now } from './still-clock.ts'

/** Imports a folder of files into a data folder, so that a test can kill it: DATA FILES SOURCE. */
const [data = '', files = '', source = ''] = process.argv.slice(2)
// From source it would compile all files first; where the product was just built the same files are there.
const [folder, extension] = process.env.TAKINGS_BUILT === '1' ? ['dist', 'js'] : ['src', 'ts']
const ingest = `../../${folder}/ingest/ingest.${extension}`
const warehouses = `../../${folder}/warehouse/warehouse.${extension}`
const { importFiles } = (await import(ingest)) as typeof import('../../src/ingest/ingest.ts')
const { openWarehouse } = (await import(
  warehouses
)) as typeof import('../../src/warehouse/warehouse.ts')

const warehouse = await openWarehouse({ folder: data, now })
process.send?.('importing')
await importFiles(warehouse, {
  paths: [files],
  source,
  now,
  workFolder: `${data}/work`,
  memoryLimit: '512MB',
})
await warehouse.close()
process.disconnect()
