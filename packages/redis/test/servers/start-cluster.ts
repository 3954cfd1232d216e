import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedis } from './start-redis.ts'
import { waitUntil } from './wait-until.ts'

/** Three masters on loopback that share the 16,384 slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly [RedisServer, RedisServer, RedisServer]
  /** Moves a slot with its keys to another node, as an operator would: who asks the old one is told MOVED. */
  moveSlot(slot: number, to: RedisServer): Promise<void>
}

interface Node {
  readonly server: RedisServer
  readonly busPort: number
  readonly admin: Redis
}

const slots = 16_384

/** Starts a Cluster and waits until each node knows the others. */
export async function startCluster(options: { readonly version?: 7 | 8 | undefined } = {}): Promise<RedisCluster> {
  await using started = new AsyncDisposableStack()
  const start = async (): Promise<Node> => {
    const busPort = await freePort()
    const server = started.use(await startRedis({ ...options, configuration: clusterLines(busPort) }))
    const admin = new Redis(server.port, server.host).on('error', () => {}) // its end is the end of the server
    started.defer(() => admin.disconnect())
    return { server, busPort, admin }
  }
  const nodes = [await start(), await start(), await start()] as const
  await introduce(nodes)
  const owned = started.move()
  return {
    nodes: [nodes[0].server, nodes[1].server, nodes[2].server],
    moveSlot: (slot, to) => moveSlot(nodes, slot, to),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const clusterLines = (busPort: number): readonly string[] => [
  'cluster-enabled yes',
  'cluster-config-file nodes.conf',
  'cluster-node-timeout 2000',
  `cluster-port ${busPort}`,
]

async function introduce(nodes: readonly Node[]): Promise<void> {
  const firstSlot = (index: number): number => Math.floor((index * slots) / nodes.length)
  for (const [index, { admin }] of nodes.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', firstSlot(index), firstSlot(index + 1) - 1)
    for (const { server, busPort } of nodes.slice(0, index)) {
      await admin.call('CLUSTER', 'MEET', server.host, server.port, busPort)
    }
  }
  for (const { admin } of nodes) await waitUntil('the nodes form a Cluster', () => isComplete(admin, nodes.length))
}

async function isComplete(admin: Redis, size: number): Promise<true | string> {
  const state = String(await admin.call('CLUSTER', 'INFO'))
  const isFine = state.includes('cluster_state:ok') && state.includes(`cluster_size:${size}`)
  return (isFine && state.includes(`cluster_known_nodes:${size}`)) || state
}

async function moveSlot(nodes: readonly Node[], slot: number, to: RedisServer): Promise<void> {
  const target = nodes.find(({ server }) => server === to)
  const holders = await Promise.all(nodes.map(({ admin }) => ownsSlot(admin, slot)))
  const source = nodes[holders.indexOf(true)]
  if (!target || !source || target === source) throw new Error(`slot ${slot} cannot be moved there`)
  const [targetId, sourceId] = [await target.admin.call('CLUSTER', 'MYID'), await source.admin.call('CLUSTER', 'MYID')]
  await target.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(sourceId))
  await source.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(targetId))
  const keys = (await source.admin.call('CLUSTER', 'GETKEYSINSLOT', slot, 10_000)) as string[]
  if (keys.length > 0) await source.admin.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...keys)
  for (const { admin } of [target, source, ...nodes]) {
    await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', String(targetId))
  }
}

/** Whether a node says that the slot is its own. */
async function ownsSlot(admin: Redis, slot: number): Promise<boolean> {
  const id = await admin.call('CLUSTER', 'MYID')
  const lines = String(await admin.call('CLUSTER', 'NODES')).split('\n')
  const ranges =
    lines
      .find((line) => line.startsWith(String(id)))
      ?.split(' ')
      .slice(8) ?? []
  return ranges.some((range) => {
    const [first = -1, last = first] = range.split('-').map(Number)
    return slot >= first && slot <= last
  })
}
