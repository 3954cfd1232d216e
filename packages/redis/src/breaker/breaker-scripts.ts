import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'
import { admitGuarded, admitQuickly } from './lua/admit-call.ts'
import { breakerState } from './lua/breaker-state.ts'
import { readView, renewProbe, setByHand } from './lua/by-hand.ts'
import { judgeCall } from './lua/judge-call.ts'
import { probes } from './lua/probes.ts'
import { recordOutcome } from './lua/record-outcome.ts'
import { transitions } from './lua/transitions.ts'

/** What a server runs for a breaker. */
export interface BreakerScripts {
  readonly admit: RedisScript
  readonly record: RedisScript
  readonly renew: RedisScript
  readonly set: RedisScript
  readonly read: RedisScript
}

/** Puts the scripts together over what they know of time: see `serverTime`. */
export function createBreakerScripts(time: string): BreakerScripts {
  const state = time + breakerState
  const machine = state + probes + transitions
  return {
    admit: redisScript(admitQuickly + machine + admitGuarded),
    record: redisScript(machine + judgeCall + recordOutcome),
    renew: redisScript(state + probes + renewProbe),
    set: redisScript(state + setByHand),
    read: redisScript(state + readView),
  }
}
