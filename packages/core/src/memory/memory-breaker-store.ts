import { checkFunction, checkKeys, checkNumber } from '../options/check-option.ts'
import { admitCall, holdsPermit, recordOutcome } from '../policies/breaker/breaker-machine.ts'
import { type Breaker, type BreakerHooks, createBreaker } from '../policies/breaker/breaker-state.ts'
import { adopt, setByHand } from '../policies/breaker/breaker-transitions.ts'
import type { BreakerAdmission, BreakerRules, BreakerStore, BreakerView } from '../ports/breaker-store.ts'
import type { PortOptions } from '../ports/port-options.ts'
import { createBreakerRing } from './breaker-ring.ts'
import { createTelling } from './telling.ts'

/** How {@link memoryBreakerStore} behaves. */
export interface MemoryBreakerOptions {
  /** 0 to below 1: the jitter of the time that a breaker stays open. */
  readonly random?: () => number
  /** How many keys are remembered; 10,000. Closed breakers make room, the least recently used first; others never. */
  readonly maxKeys?: number
}

/** Breakers in this process: every method answers at once. */
export interface MemoryBreakerStore extends BreakerStore {
  admit(...of: Parameters<BreakerStore['admit']>): BreakerAdmission
  record(...of: Parameters<BreakerStore['record']>): BreakerView
  /** Tells whether the probe holds its permit; does not extend its timeout. */
  renew(...of: Parameters<BreakerStore['renew']>): boolean
  set(...of: Parameters<BreakerStore['set']>): BreakerView
  /** Goes on from what another store last told of a key, for the time that store is away. */
  seed(view: BreakerView, rules: BreakerRules, options: PortOptions): void
  /** Drops what is known of a key, which nobody is told: that other store is back. */
  forget(key: string): void
}

/**
 * Keeps circuit breakers in this process. Listeners are told changes in the order in which they happened; what one
 * throws is reported by RxJS and reaches neither the call nor another listener.
 */
export function memoryBreakerStore(options: MemoryBreakerOptions = {}): MemoryBreakerStore {
  checkOptions(options)
  const { tell, watch } = createTelling<BreakerView>()
  const ring = createBreakerRing(options.maxKeys ?? 10_000)
  const hooks: BreakerHooks = {
    random: options.random ?? Math.random,
    onChange(view) {
      ring.move(view)
      tell(view)
    },
  }
  const breakerOf = (key: string): Breaker =>
    ring.use(key) ?? ring.add(createBreaker(key, ring.nextGeneration(), hooks))
  return {
    watch,
    admit: (key, rules, { now }) => admitCall(breakerOf(key), rules, now),
    record(key, rules, outcome, { now }) {
      const breaker = ring.use(key)
      return breaker ? recordOutcome(breaker, rules, outcome, now) : forgotten(key, ring.nextGeneration())
    },
    renew(key, probe, { now }) {
      const breaker = ring.use(key)
      return breaker !== undefined && holdsPermit(breaker, probe, now)
    },
    set(key, state, { now }) {
      const breaker = state === 'closed' ? ring.use(key) : breakerOf(key)
      return breaker ? setByHand(breaker, state, now) : forgotten(key, ring.nextGeneration())
    },
    peek: (key) => ring.judged(key)?.view,
    forget: ring.drop,
    seed: (view, rules, { now }) => adopt(breakerOf(view.key), rules, view, now),
  }
}

function checkOptions(options: MemoryBreakerOptions): void {
  const where = 'memoryBreakerStore'
  checkKeys(where, options, ['random', 'maxKeys'])
  checkFunction(where, 'random', options.random)
  checkNumber(where, 'maxKeys', options.maxKeys, { min: 1, integer: true })
}

// A breaker without a past is closed; nothing is kept for it.
function forgotten(key: string, generation: number): BreakerView {
  return Object.freeze({ key, state: 'closed', generation })
}
