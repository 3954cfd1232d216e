import { Redis } from 'ioredis'
import type { RedisCluster } from '../servers/start-cluster.ts'
import type { RedisServer } from '../servers/start-redis.ts'

/** A slot on its way from one node of a Cluster to another, step by step, as an operator's tool moves it. */
export interface SlotMove extends Disposable {
  readonly from: RedisServer
  readonly to: RedisServer
  /** The keys of the slot that the old node has. */
  keys(): Promise<readonly string[]>
  /** Hands keys over to the new node. */
  hand(keys: readonly string[]): Promise<void>
  /** Hands over what is left; the slot is the new node's from then on. */
  finish(): Promise<void>
}

/** Begins to move a slot to the next node: what the old one has not got is asked of the new one from now on. */
export async function beginSlotMove({ nodes }: RedisCluster, slot: number): Promise<SlotMove> {
  const admins = nodes.map(({ port, host }) => new Redis(port, host).on('error', () => {}))
  const ids = await Promise.all(admins.map(async (admin) => String(await admin.call('CLUSTER', 'MYID'))))
  const source = ids.indexOf(await ownerOf(admins, slot))
  const target = (source + 1) % nodes.length
  const [from, to, sourceAdmin, targetAdmin] = [nodes[source], nodes[target], admins[source], admins[target]]
  if (!from || !to || !sourceAdmin || !targetAdmin) throw new Error(`slot ${slot} is nobody's`)

  await targetAdmin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[source] ?? '')
  await sourceAdmin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[target] ?? '')
  const keys = async (): Promise<readonly string[]> =>
    (await sourceAdmin.call('CLUSTER', 'GETKEYSINSLOT', slot, 10_000)) as string[]
  const hand = async (some: readonly string[]): Promise<void> => {
    if (some.length > 0) await sourceAdmin.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...some)
  }
  return {
    from,
    to,
    keys,
    hand,
    async finish() {
      await hand(await keys())
      for (const admin of [targetAdmin, sourceAdmin, ...admins]) {
        await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', ids[target] ?? '')
      }
    },
    [Symbol.dispose]() {
      for (const admin of admins) admin.disconnect()
    },
  }
}

/** The name of the node that has the slot, as the nodes tell it. */
async function ownerOf([admin]: readonly Redis[], slot: number): Promise<string> {
  const ranges = (await admin?.call('CLUSTER', 'SLOTS')) as readonly [number, number, readonly unknown[]][]
  const [, , node] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? []
  return String(node?.[2])
}
