import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'
import { evenWhenFull } from '../even-when-full.ts'
import { acquire } from './lua/acquire.ts'
import { keepState } from './lua/keep-state.ts'
import { cooldown, release, renew } from './lua/lease.ts'
import { slidingWindow } from './lua/sliding-window.ts'
import { tokenBucket } from './lua/token-bucket.ts'
import { turns } from './lua/turns.ts'

/** What a server runs for limits. */
export interface LimiterScripts {
  readonly acquire: RedisScript
  readonly renew: RedisScript
  readonly release: RedisScript
  readonly cooldown: RedisScript
}

/** Puts the scripts together over what they know of time: see `serverTime`. */
export function createLimiterScripts(time: string): LimiterScripts {
  const machines = time + tokenBucket + slidingWindow + turns + keepState
  return {
    acquire: redisScript(machines + acquire),
    // a permit that is not renewed is granted to somebody else while its call still runs
    renew: redisScript(evenWhenFull + machines + renew),
    release: redisScript(evenWhenFull + machines + release),
    cooldown: redisScript(time + cooldown),
  }
}
