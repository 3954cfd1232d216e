import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startCluster } from '../servers/start-cluster.ts'
import type { RedisServer } from '../servers/start-redis.ts'
import { startSentinel } from '../servers/start-sentinel.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { openStage } from './fault-stage.ts'
import { holdNothingLeft, holdTold, holdUnharmed, resources } from './hold-faults.ts'

describe.skipIf(isServerMissing('redis'))('calls go on while', () => {
  test('a replica takes the place of the master that is gone', async () => {
    await using set = await startSentinel()
    const { name, sentinels, master, replica } = set
    const before = resources()
    {
      await using stage = openStage(openRedis({ sentinels: { name, addresses: sentinels } }))
      stage.start()
      await sleep(1_000)
      await master.kill()
      await waitUntil('the replica is the master', async () => (await roleOf(replica)) === 'master')
      await stage.recovered()
      await waitUntil('the new master has keys', async () => (await keysOf(replica)).length > 0)
      await sleep(500)
      await stage.stop()
      holdUnharmed(stage)
      holdTold(stage)
    }
    await holdNothingLeft(before, [replica])
  })

  test('slots with keys in use move between the nodes of a Cluster', async () => {
    await using cluster = await startCluster()
    const before = resources()
    {
      await using stage = openStage(openRedis({ cluster: cluster.nodes }))
      stage.start()
      await sleep(1_000)
      let moved = 0
      for (let round = 0; round < 2; round += 1) {
        for (const [index, node] of cluster.nodes.entries()) {
          const next = cluster.nodes[(index + 1) % cluster.nodes.length] ?? node
          for (const slot of await slotsInUse(node)) {
            await cluster.moveSlot(slot, next)
            moved += 1
          }
        }
      }
      expect(moved, 'slots that were moved').toBeGreaterThan(3)
      await stage.recovered()
      await sleep(500)
      await stage.stop()
      holdUnharmed(stage)
    }
    await holdNothingLeft(before, cluster.nodes)
  })

  test('a node of a Cluster is killed, and started again', async () => {
    await using cluster = await startCluster()
    await using stage = openStage(openRedis({ cluster: cluster.nodes }))
    stage.start()
    await sleep(1_000)
    for (const node of cluster.nodes) {
      await node.kill()
      await sleep(1_000)
      await node.restart()
      await sleep(500)
    }
    await stage.recovered()
    await stage.stop()
    holdUnharmed(stage)
  })
})

async function ask<T>({ port, host }: RedisServer, question: (client: Redis) => Promise<T>): Promise<T> {
  // a failover cuts off whoever is connected
  const client = new Redis(port, host).on('error', () => {})
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

const roleOf = (server: RedisServer): Promise<unknown> => ask(server, async (client) => (await client.role())[0])

const keysOf = (server: RedisServer): Promise<readonly string[]> => ask(server, (client) => client.keys('*'))

async function slotsInUse(server: RedisServer): Promise<ReadonlySet<number>> {
  return ask(server, async (client) => {
    const slots = new Set<number>()
    for (const key of await client.keys('*')) slots.add(Number(await client.call('CLUSTER', 'KEYSLOT', key)))
    return slots
  })
}
