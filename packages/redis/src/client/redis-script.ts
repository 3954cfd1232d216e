import { createHash } from 'node:crypto'
import type { RedisScript } from './redis-client.ts'

/** Names a Lua script as a server does. */
export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
