import { randomUUID } from 'node:crypto'
import { openRedis, type RedisClient } from '../../src/index.ts'
import type { ServerName } from '../servers/server-program.ts'
import { sharedCluster, sharedRedis } from '../servers/shared-redis.ts'

/** A kind of server that the adapters are tested on. */
export interface ServerKind {
  readonly title: string
  readonly program: ServerName
  readonly hasVectorSets: boolean
  open(): Promise<RedisClient>
}

/** How long a client waits for a server whose machine has more to do than this. */
const commandTimeoutMs = 2_000

/** Redis 7, Redis 8 and a Cluster of Redis 7. */
export const serverKinds: readonly ServerKind[] = [
  {
    title: 'Redis 7',
    program: 'redis',
    hasVectorSets: false,
    open: async () => openRedis({ url: (await sharedRedis(7)).url, commandTimeoutMs }),
  },
  {
    title: 'Redis 8',
    program: 'redis8',
    hasVectorSets: true,
    open: async () => openRedis({ url: (await sharedRedis(8)).url, commandTimeoutMs }),
  },
  {
    title: 'a Cluster',
    program: 'redis',
    hasVectorSets: false,
    open: async () => openRedis({ cluster: (await sharedCluster()).nodes, commandTimeoutMs }),
  },
]

/** A prefix that nobody else has. */
export function ownPrefix(): string {
  return `test-${randomUUID()}:`
}
