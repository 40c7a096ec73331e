import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { duckdbDialect } from '../../src/warehouse/engines/duckdb/dialect.ts'
import { postgresDialect } from '../../src/warehouse/engines/postgres/dialect.ts'
import { migrations } from '../../src/warehouse/migrations/migrations.ts'

/**
 * sha256 of each migration's SQL. A warehouse made by one version of a migration is refused by another, so
 * once a version is released its line here stays for ever: undo the change, and write a new migration.
 * Before the release of that migration, copy the new value.
 */
const released = {
  duckdb: {
    star: '575b8860fe3311b975d1488295055393d500d02ffb08f762661d48af5861edc1',
    reporting: '1c44111d25a8c8a67196ff770f0b86ef5aa465122b940dda536fe8beccaaff0f',
    'set aside': '9d34ac25750555c1654e032db13b61b25b0dbd4db5f3c30e0165f23a9083548b',
    'sought texts': '32c9319a0f4672bc5ab5fa0ea38882ba1f5a82da1bc7b9b27c97985305da98e6',
    restatements: '09aeecb8e548aa9c110d1b3b4b0c8b7ae609d62a8b3d439a9ccc85edfb245836',
    'known documents': '4aaa7cca41040a57a1aa5d1748f2d36d722bd41744a37ce2cab010df60213004',
    alerts: 'bbb589e3e615b2da0e68ab2f964555f3b51e81e3ae42c4606e74611a3b1e8153',
    'held returns': 'f03571538e71a91676748589e74a57a1cb7bacf52e84200ddbcf7e097496f5ad',
  },
  postgres: {
    star: 'c212d0495c04ad4dccc3d58d210c4050ee2c6ab25d9a8b2e5f3d70a897765ecc',
    reporting: '27b91a13d8652c1ceb6a90049e80498db6656bdc74aeaa69e6163367fc5fe4c5',
    'set aside': '18ca7648d7759503dcc60a6be70eb961cd26342c3b2a514bf0e3974bb16ebd3c',
    // Nothing: this engine keeps every text where it is found.
    'sought texts': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    restatements: 'ea8ca8d033fcfee28b241941830cfe6af7ce63d5d2d18fb72cabaf23f112ac60',
    'known documents': 'ef1a62a651b8b650170c3a823e306bdfd39be4f0d5090f71467bc2a9fc8fb4cf',
    alerts: '8c8c9772b229d7cb74ddc0f0f3937db859136e01dbd8119296cd2c91fa58066f',
    'held returns': 'd19d40c5da1707ebcdc844a036409bf14beacd4491856eff85801cb224c907a8',
  },
}

it.each([
  ['duckdb', duckdbDialect, released.duckdb],
  ['postgres', postgresDialect, released.postgres],
] as const)('changes no migration that people have run on %s', (_, dialect, known) => {
  const lasting = migrations.filter(({ derived }) => !derived)
  const sums = lasting.map(({ name, statements }) => {
    const sql = statements(dialect).join(';\n')
    return [name, createHash('sha256').update(sql).digest('hex')]
  })
  expect(Object.fromEntries(sums)).toEqual(known)
})
