import type { CallResult } from '../../call/call-result.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { circuitOpenError } from '../../policies/breaker/circuit-open-error.ts'
import { askedToWait, judge } from '../../policies/breaker/classify-outcome.ts'
import { rejectEarly } from '../../policies/breaker/early-reject.ts'
import type { BreakerAdmission, BreakerOutcome, BreakerOutcomeKind, BreakerState } from '../../ports/breaker-store.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import type { ErrorPlace } from '../engine/refusal.ts'
import { waitForStore } from '../engine/store-wait.ts'

/** The execution whose calls the breaker guards. */
interface Guarded extends ExecutionView {
  readonly breakerKey: string
  readonly place: ErrorPlace
  readonly queuedMs: number
}

/** An attempt that the breaker has admitted. */
interface Admitted {
  readonly pass: { readonly generation: number; readonly probe?: string | undefined } | undefined
  readonly startedAt: number
}

/** How an attempt ended, for the breaker. */
interface AttemptEnd {
  readonly kind: BreakerOutcomeKind
  readonly now: number
  readonly value?: unknown
  readonly error?: ToolError
}

/** An answer that lets the call run and whose outcome nobody judges: the store could not be asked. */
const unjudged: BreakerAdmission = { admitted: true, generation: -1 }

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
export function admit(execution: Guarded, now: number): BreakerAdmission | PromiseLike<BreakerAdmission> | undefined {
  const { engine, policy, breakerKey } = execution
  if (policy.breaker === undefined) return undefined
  try {
    const admission = engine.breakers.admit(breakerKey, policy.breaker.rules, { now: engine.steadyEpoch(now) })
    if (!('then' in admission)) return admission
    const onLate = (late: BreakerAdmission): void => giveBack(execution, late, engine.clock.monotonic())
    return waitForStore(engine, admission, { store: 'breaker', value: unjudged, onLate })
  } catch (error) {
    engine.storeFailed('breaker', error)
    return unjudged
  }
}

/** Tells the breaker how an attempt ended. */
export function record(execution: Guarded, attempt: Admitted, end: AttemptEnd): void {
  const { breaker } = execution.policy
  const { pass } = attempt
  if (breaker === undefined || pass === undefined || pass === unjudged) return
  const { slowCallMs } = breaker.rules
  const { error, now } = end
  report(execution, now, {
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
export function giveBack(execution: Guarded, admission: BreakerAdmission | undefined, now: number): void {
  if (admission === undefined || admission === unjudged || !admission.admitted) return
  const { generation, probe } = admission
  report(execution, now, { generation, probe, kind: 'ignored', slow: false, reporter: execution.engine.id })
}

function report(execution: Guarded, now: number, outcome: BreakerOutcome): void {
  const { engine, policy, breakerKey } = execution
  if (policy.breaker === undefined) return
  try {
    const view = engine.breakers.record(breakerKey, policy.breaker.rules, outcome, { now: engine.steadyEpoch(now) })
    if ('then' in view) view.then(undefined, (error: unknown) => engine.storeFailed('breaker', error))
  } catch (error) {
    engine.storeFailed('breaker', error)
  }
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
