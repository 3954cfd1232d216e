import { type RedisServer, startRedis } from './start-redis.ts'

// Test files share a worker process, but their modules may be loaded anew for each.
const key = Symbol.for('headrace.test.shared-redis')
const home = globalThis as { [key]?: Map<number, Promise<RedisServer>> }
const shared = home[key] ?? new Map<number, Promise<RedisServer>>()
home[key] = shared

/**
 * The Redis that the test files of one worker process share: started by the first that asks, ended with the process. Take
 * a prefix of your own, and start another one for whatever would disturb others (kill, pause, FLUSHALL, CONFIG SET).
 */
export function sharedRedis(version: 7 | 8 = 7): Promise<RedisServer> {
  const running = shared.get(version) ?? startRedis({ version })
  shared.set(version, running)
  return running
}
