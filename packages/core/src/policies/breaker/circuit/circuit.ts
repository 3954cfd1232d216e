import { checkKeys, checkString } from '../../../options/check-option.ts'
import type { BreakerAdmission, BreakerRules, BreakerStore } from '../../../ports/breaker-store.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { systemClock } from '../../../ports/system-clock.ts'
import { admitCall, holdsPermit, recordOutcome } from '../breaker-machine.ts'
import { type BreakerPolicy, resolveBreaker } from '../breaker-policy.ts'
import { createBreaker } from '../breaker-state.ts'

/** Which breaker a pipeline goes through. */
export interface CircuitOptions {
  /** Names the breaker: in a shared store, in errors. */
  readonly key: string
  /** Where the breaker is kept; by default it belongs to the operator alone. A store that fails is done without. */
  readonly store?: BreakerStore
  readonly clock?: Clock
  /** 0 to below 1. */
  readonly random?: () => number
  /** Who reports to a shared store: one name per process. */
  readonly reporter?: string
}

type CircuitStore = Pick<BreakerStore, 'admit' | 'record' | 'renew'>
interface OwnStore extends CircuitStore {
  admit(...of: Parameters<BreakerStore['admit']>): BreakerAdmission
}

/** The breaker of one pipeline and what is remembered of its calls. Mutable. */
export interface Circuit {
  readonly key: string
  readonly rules: BreakerRules
  readonly classify: BreakerPolicy['classify']
  readonly store: CircuitStore
  readonly own: OwnStore
  readonly clock: Clock
  readonly reporter: string
  calls: number
  /** The failure that opened the breaker, where it happened here. */
  failure: { readonly message: string; readonly thrown: unknown } | undefined
}

/** The answer to one call that came to the circuit. */
export interface Passage {
  readonly callId: string
  readonly admission: BreakerAdmission
  /** Who gave the answer, and wants to know the outcome. */
  readonly store: CircuitStore
}

/** Makes a circuit whose breaker is closed, or stands as its store knows. */
export function createCircuit(policy: BreakerPolicy, options: CircuitOptions): Circuit {
  checkKeys('breakCircuit', options, ['key', 'store', 'clock', 'random', 'reporter'])
  const { key, clock = systemClock, random = Math.random } = options
  checkString('breakCircuit', 'key', key)
  const { rules, classify } = resolveBreaker(policy, 'breakCircuit')
  const own = createOwnStore(key, random)
  const reporter = options.reporter ?? random().toString(36).slice(2)
  return { key, rules, classify, store: options.store ?? own, own, clock, reporter, calls: 0, failure: undefined }
}

/** Asks whether a call may go through. Never throws or rejects: where the store fails, the own breaker answers. */
export function enterCircuit(circuit: Circuit): Awaitable<Passage> {
  const { own, store, key, rules, clock } = circuit
  circuit.calls += 1
  const callId = `${key}#${circuit.calls}`
  const askOwn = (): Passage => ({ callId, store: own, admission: own.admit(key, rules, { now: clock.now() }) })
  try {
    const admission = store.admit(key, rules, { now: clock.now() })
    if (!('then' in admission)) return { callId, store, admission }
    return admission.then((given) => ({ callId, store, admission: given }), askOwn)
  } catch {
    return askOwn()
  }
}

function createOwnStore(key: string, random: () => number): OwnStore {
  const breaker = createBreaker(key, 1, { random, onChange: () => undefined })
  return {
    admit: (_key, rules, { now }) => admitCall(breaker, rules, now),
    record: (_key, rules, outcome, { now }) => recordOutcome(breaker, rules, outcome, now),
    renew: (_key, probe, { now }) => holdsPermit(breaker, probe, now),
  }
}
