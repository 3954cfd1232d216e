import { Cluster, Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { isServerMissing } from './server-program.ts'
import { startCluster } from './start-cluster.ts'

test.skipIf(isServerMissing('redis'))(
  'a Cluster takes keys of all slots, and a slot can move',
  { timeout: 30_000 },
  async () => {
    await using cluster = await startCluster()
    const client = new Cluster(cluster.nodes.map(({ host, port }) => ({ host, port })))
    const keys = Array.from({ length: 100 }, (_, index) => `key:${index}`)
    for (const key of keys) await client.set(key, key)
    for (const key of keys) expect(await client.get(key)).toBe(key)

    const slot = Number(await client.call('CLUSTER', 'KEYSLOT', 'key:1'))
    const owner = cluster.nodes[Math.floor((slot * 3) / 16_384)]
    const other = cluster.nodes.find((node) => node !== owner)
    if (!owner || !other) throw new Error('a Cluster has more than one node')
    await cluster.moveSlot(slot, other)
    expect(await client.get('key:1')).toBe('key:1')
    client.disconnect()

    const old = new Redis(owner.port, owner.host)
    await expect(old.get('key:1')).rejects.toThrow(`MOVED ${slot} ${other.host}:${other.port}`)
    old.disconnect()
  },
)
