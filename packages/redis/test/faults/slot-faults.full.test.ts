import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, test } from 'vitest'
import { nameOf } from '../../src/cache/stored-names.ts'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisCluster, startCluster } from '../servers/start-cluster.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { openStage } from './fault-stage.ts'
import { type Guard, openPair } from './guarded-pair.ts'
import { holdNothingLeft, holdUnharmed, resources } from './hold-faults.ts'
import { beginSlotMove } from './slot-move.ts'

/** Moves the slot of a hash tag, with a load on it, and stops halfway until events have told of it. */
async function holdDuringMove(store: Guard, key: string): Promise<void> {
  await using cluster = await startCluster()
  const open = () => openRedis({ cluster: cluster.nodes })
  const before = resources()
  {
    await using stage = openStage(open(), { isCached: false })
    await using pair = openPair(open)
    stage.start()
    await pair.holdShared()
    const since = stage.told(store).length
    using slot = await beginSlotMove(cluster, await slotOf(cluster, key))
    await slot.hand((await slot.keys()).slice(0, 1))
    const told = (): readonly string[] =>
      stage.told(store).flatMap((event, at) => (at >= since && 'error' in event ? [String(event.error)] : []))
    await waitUntil(
      'it is said what is wrong',
      () => told().some((text) => /TRYAGAIN|MOVED/.test(text)) || told().join(),
    )
    if (store === 'limiter') await pair.holdAlone(store)
    await sleep(500)
    await slot.finish()
    await stage.recovered()
    await pair.recovered()
    await pair.holdShared()
    await waitUntil('there were calls enough', () => stage.samples.length > 600)
    await stage.stop()
    holdUnharmed(stage, { isCached: false })
  }
  await holdNothingLeft(before, cluster.nodes)
}

async function slotOf({ nodes: [{ port, host }] }: RedisCluster, key: string): Promise<number> {
  const admin = new Redis(port, host)
  const slot = Number(await admin.call('CLUSTER', 'KEYSLOT', key))
  admin.disconnect()
  return slot
}

describe.skipIf(isServerMissing('redis'))('calls go on while a slot of a Cluster is on its way', () => {
  test('with the limits of everybody in it', () => holdDuringMove('limiter', '{headrace:}'))

  test('with the breaker of a tool in it', () => holdDuringMove('breaker', `{${nameOf('read')}}`))
})
