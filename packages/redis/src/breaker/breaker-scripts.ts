import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'
import { admitGuarded, admitQuickly } from './lua/admit-call.ts'
import { breakerState } from './lua/breaker-state.ts'
import { readView, renewProbe, setByHand } from './lua/by-hand.ts'
import { judgeCall } from './lua/judge-call.ts'
import { probes } from './lua/probes.ts'
import { recordOutcome, recordQuickly } from './lua/record-outcome.ts'
import { transitions } from './lua/transitions.ts'

/** What a server runs for a breaker. */
export interface BreakerScripts {
  readonly admit: RedisScript
  readonly record: RedisScript
  readonly renew: RedisScript
  readonly set: RedisScript
  readonly read: RedisScript
}

/** A script that begins so is refused as a whole by a server that cannot write, also where it would only read this time. */
const strict = '#!lua\n'

/** Puts the scripts together over what they know of time: see `serverTime`. */
export function createBreakerScripts(time: string): BreakerScripts {
  const machine = breakerState + probes + transitions
  return {
    admit: redisScript(strict + admitQuickly + time + machine + admitGuarded),
    record: redisScript(strict + time + recordQuickly + machine + judgeCall + recordOutcome),
    renew: redisScript(time + breakerState + probes + renewProbe),
    set: redisScript(strict + time + breakerState + setByHand),
    read: redisScript(time + breakerState + readView),
  }
}
