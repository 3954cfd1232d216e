import { type RedisCluster, startCluster } from './start-cluster.ts'
import { type RedisServer, startRedis } from './start-redis.ts'

// Test files share a worker process, but their modules may be loaded anew for each.
const key = Symbol.for('headrace.test.shared-redis')
interface Shared {
  readonly servers: Map<number, Promise<RedisServer>>
  cluster?: Promise<RedisCluster> | undefined
}
const home = globalThis as { [key]?: Shared }
const shared = home[key] ?? { servers: new Map<number, Promise<RedisServer>>() }
home[key] = shared

/**
 * The Redis that the test files of one worker process share: started by the first that asks, ended with the process. Take
 * a prefix of your own, and start another one for whatever would disturb others (kill, pause, FLUSHALL, CONFIG SET).
 */
export function sharedRedis(version: 7 | 8 = 7): Promise<RedisServer> {
  const running = shared.servers.get(version) ?? startRedis({ version })
  shared.servers.set(version, running)
  return running
}

/** The Cluster that they share in the same way; it takes some 3 s to start. */
export function sharedCluster(): Promise<RedisCluster> {
  shared.cluster ??= startCluster()
  return shared.cluster
}
