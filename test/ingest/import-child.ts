import { importFiles } from '../../src/ingest/ingest.ts'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { now } from './temporary-shop.ts'

/** Imports a folder of files into a data folder, so that a test can kill it: DATA FILES SOURCE. */
const [data = '', files = '', source = ''] = process.argv.slice(2)
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
