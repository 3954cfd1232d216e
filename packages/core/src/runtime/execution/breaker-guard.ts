import type { CallResult } from '../../call/call-result.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { circuitOpenError } from '../../policies/breaker/circuit-open-error.ts'
import { askedToWait, judge } from '../../policies/breaker/classify-outcome.ts'
import { rejectEarly } from '../../policies/breaker/early-reject.ts'
import { keepProbe } from '../../policies/breaker/keep-probe.ts'
import type {
  BreakerAdmission,
  BreakerOutcome,
  BreakerOutcomeKind,
  BreakerState,
  BreakerStore,
} from '../../ports/breaker-store.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import { isThenable } from '../engine/is-thenable.ts'
import type { ErrorPlace } from '../engine/refusal.ts'
import type { StoreCaller } from '../engine/stores/store-access.ts'

/** The execution whose calls the breaker guards. */
interface Guarded extends ExecutionView, StoreCaller {
  readonly breakerKey: string
  readonly place: ErrorPlace
  readonly queuedMs: number
}

/** Whether this process's own breaker decided, because the store could not be asked. */
interface LocalMark {
  readonly isLocal?: boolean | undefined
}

/** The answer of the store, or of this process. */
export type Decision = BreakerAdmission & LocalMark

/** An attempt that the breaker has admitted. */
interface Admitted {
  readonly pass: (LocalMark & { readonly generation: number; readonly probe?: string | undefined }) | undefined
  readonly startedAt: number
}

/** How an attempt ended, for the breaker. */
interface AttemptEnd {
  readonly kind: BreakerOutcomeKind
  readonly now: number
  readonly value?: unknown
  readonly error?: ToolError
}

/** The breaker's early reject: a look at what is known here, before the call waits in a queue. */
export function rejectBeforeQueue(execution: Guarded, now: number): ToolError | undefined {
  const { engine, policy, breakerKey } = execution
  if (policy.breaker === undefined) return undefined
  const view = engine.breakers.peek(breakerKey)
  if (view === undefined) return undefined
  const rejection = rejectEarly(view, policy.breaker.rules, engine.steadyEpoch(now))
  return rejection && openError(execution, rejection)
}

/** The error of a call that the breaker rejected; tells the event too. */
export function openError(
  execution: Guarded,
  rejection: {
    readonly state: BreakerState
    readonly retryAfterMs: number | undefined
    readonly cause?: string | undefined
  },
): ToolError {
  const { breakerKey: key, place } = execution
  const { state, retryAfterMs, cause } = rejection
  if (execution.isListening) execution.emit({ type: 'breaker-reject', key, retryAfterMs })
  return circuitOpenError({ ...place, key, state, retryAfterMs, cause })
}

/** The breaker's admission of a call that is about to run; undefined where there is no breaker. Never rejects. */
export function admit(execution: Guarded, now: number): Decision | PromiseLike<Decision> | undefined {
  const { engine, policy, breakerKey } = execution
  if (policy.breaker === undefined) return undefined
  const { rules } = policy.breaker
  const options = { now: engine.steadyEpoch(now) }
  if (engine.breakersAnswerAtOnce) return engine.localBreakers.admit(breakerKey, rules, options)
  const wasStoodInFor = engine.localBreakers.peek(breakerKey) !== undefined
  const answer = engine
    .store('breaker')
    .ask<Decision>(execution, () => engine.breakers.admit(breakerKey, rules, options), {
      otherwise: () => admitLocally(execution, now),
      wanted: 'an admission',
      isSound: isDecision,
      onLate: (late) => giveBack(execution, late, engine.clock.monotonic()),
    })
  if (!wasStoodInFor) return answer
  return isThenable(answer) ? answer.then((late) => believe(execution, late)) : believe(execution, answer)
}

/** A store that was stood in for is back: what it says holds from now on, also where it is away again. */
function believe({ engine, breakerKey }: Guarded, decision: Decision): Decision {
  if (decision.isLocal) return decision
  engine.localBreakers.forget(breakerKey)
  engine.breakerIs(breakerKey, engine.breakers.peek(breakerKey)?.state ?? 'closed')
  return decision
}

function isDecision(answer: Decision): boolean {
  return typeof answer === 'object' && answer !== null && typeof answer.admitted === 'boolean'
}

/** Where the store cannot be asked, a breaker of this process decides, from what was last known on. */
function admitLocally({ engine, policy, breakerKey }: Guarded, monotonic: number): Decision {
  const now = engine.steadyEpoch(monotonic)
  const rules = policy.breaker?.rules
  if (rules === undefined) return { admitted: true, generation: -1 }
  const { localBreakers, breakers } = engine
  const known = localBreakers.peek(breakerKey) === undefined ? breakers.peek(breakerKey) : undefined
  if (known !== undefined) localBreakers.seed(known, rules, { now })
  const admission = localBreakers.admit(breakerKey, rules, { now })
  return { ...admission, isLocal: true }
}

/** Keeps a probe of a shared store while it runs; gives the function that ends it. Undefined where there is nothing to keep. */
export function holdProbe({ engine, breakerKey }: Guarded, admission: Decision | undefined): (() => void) | undefined {
  if (engine.breakersAnswerAtOnce || admission?.admitted !== true) return undefined
  const { probe, isLocal } = admission
  if (probe === undefined || isLocal === true) return undefined
  const { clock, breakers } = engine
  return keepProbe(() => breakers.renew(breakerKey, probe, { now: engine.steadyEpoch(clock.monotonic()) }), clock)
}

/** Tells the breaker how an attempt ended. */
export function record(execution: Guarded, attempt: Admitted, end: AttemptEnd): void {
  const { breaker } = execution.policy
  const { pass } = attempt
  if (breaker === undefined || pass === undefined) return
  const { slowCallMs } = breaker.rules
  const { error, now } = end
  report(execution, storeOf(execution, pass), now, {
    generation: pass.generation,
    probe: pass.probe,
    kind: end.kind === 'success' || error !== undefined ? judgeEnd(execution, attempt, end) : end.kind,
    slow: slowCallMs !== undefined && now - attempt.startedAt >= slowCallMs,
    retryAfterMs: error && askedToWait(error),
    reporter: execution.engine.id,
    cause: error?.message,
  })
}

/** Gives an admission back that was not used. */
export function giveBack(execution: Guarded, admission: Decision | undefined, now: number): void {
  if (admission === undefined || !admission.admitted) return
  const { generation, probe } = admission
  report(execution, storeOf(execution, admission), now, {
    generation,
    probe,
    kind: 'ignored',
    slow: false,
    reporter: execution.engine.id,
  })
}

/** Who gave an admission is told how it ended. */
function storeOf({ engine }: Guarded, { isLocal }: LocalMark): BreakerStore {
  return isLocal ? engine.localBreakers : engine.breakers
}

function report(execution: Guarded, store: BreakerStore, now: number, outcome: BreakerOutcome): void {
  const { engine, policy, breakerKey } = execution
  if (policy.breaker === undefined) return
  const { rules } = policy.breaker
  const options = { now: engine.steadyEpoch(now) }
  if (store === engine.localBreakers) store.record(breakerKey, rules, outcome, options)
  else engine.store('breaker').tell(() => store.record(breakerKey, rules, outcome, options))
}

function judgeEnd(execution: Guarded, attempt: Admitted, { now, error, value }: AttemptEnd): BreakerOutcomeKind {
  const classify = execution.policy.breaker?.classify
  if (classify === undefined) return judge(undefined, undefined, error)
  const { tool, callId, attempts } = execution.place
  const meta = { queuedMs: execution.queuedMs, durationMs: now - attempt.startedAt, attempts }
  const result: CallResult =
    error === undefined
      ? { status: 'ok', callId, tool, output: value, meta }
      : { status: 'error', callId, tool, error, meta }
  return judge(classify, result, error)
}
