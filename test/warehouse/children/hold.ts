import { openWarehouse } from '../../../src/warehouse/warehouse.ts'

/** Opens the warehouse of the folder given and keeps it until killed. */
await openWarehouse({ folder: process.argv[2] ?? '', now: () => new Date('2024-06-30T12:00:00Z') })
process.stdout.write('open\n')
setInterval(() => undefined, 1000)
