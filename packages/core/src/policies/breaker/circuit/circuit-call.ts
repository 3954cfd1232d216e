import type { TapObserver } from 'rxjs'
import type { CallResult } from '../../../call/call-result.ts'
import { executionError } from '../../../errors/execution-error.ts'
import { isToolError, type ToolError } from '../../../errors/tool-error.ts'
import type { BreakerOutcomeKind } from '../../../ports/breaker-store.ts'
import { circuitOpenError } from '../circuit-open-error.ts'
import { askedToWait, judge } from '../classify-outcome.ts'
import { keepProbe } from '../keep-probe.ts'
import type { Circuit, Passage } from './circuit.ts'

/** Watches a call that was admitted and tells its breaker how it ends. Leaving before the end gives a probe back. */
export function watchCall<T>(circuit: Circuit, passage: Passage): Partial<TapObserver<T>> {
  const startedAt = circuit.clock.monotonic()
  const release = keepPermit(circuit, passage)
  let output: T | undefined
  const end = (thrown: unknown, error?: ToolError): void => {
    release()
    const durationMs = circuit.clock.monotonic() - startedAt
    const kind = isAbort(thrown) ? 'ignored' : judgeEnd(circuit, passage, { durationMs, output, error })
    void report(circuit, passage, { kind, durationMs, error, thrown })
  }
  return {
    next(value) {
      output = value
    },
    complete: () => end(undefined),
    error: (thrown: unknown) => end(thrown, errorOf(circuit, passage, thrown)),
    unsubscribe() {
      release()
      leave(circuit, passage)
    },
  }
}

/** Gives an admission back that was not used. */
export function leave(circuit: Circuit, passage: Passage): void {
  void report(circuit, passage, { kind: 'ignored', durationMs: 0, error: undefined, thrown: undefined })
}

/** The error of a call that was not admitted. */
export function rejectionOf(circuit: Circuit, { callId, admission }: Passage): ToolError | undefined {
  if (admission.admitted) return undefined
  const { key, failure } = circuit
  const { state, retryAfterMs } = admission
  const cause = failure !== undefined && failure.message === admission.cause ? failure.thrown : admission.cause
  return circuitOpenError({ tool: key, callId, key, state, retryAfterMs, cause, attempts: 0 })
}

interface CallEnd {
  readonly kind: BreakerOutcomeKind
  readonly durationMs: number
  readonly error: ToolError | undefined
  readonly thrown: unknown
}

async function report(circuit: Circuit, { admission, store }: Passage, end: CallEnd): Promise<void> {
  if (!admission.admitted) return
  const { key, rules, reporter, clock } = circuit
  const { generation, probe } = admission
  const { kind, error } = end
  const slow = rules.slowCallMs !== undefined && end.durationMs >= rules.slowCallMs
  const told = { retryAfterMs: error && askedToWait(error), cause: error?.message }
  try {
    const outcome = { generation, probe, kind, slow, reporter, ...told }
    const recorded = store.record(key, rules, outcome, { now: clock.now() })
    const { state, cause } = 'then' in recorded ? await recorded : recorded
    if (error && state === 'open' && cause === error.message) circuit.failure = { message: cause, thrown: end.thrown }
  } catch {
    // A store that fails fails no call: its breaker knows one outcome less.
  }
}

function judgeEnd(
  { key, classify }: Circuit,
  { callId }: Passage,
  { durationMs, output, error }: { durationMs: number; output: unknown; error: ToolError | undefined },
): BreakerOutcomeKind {
  if (classify === undefined) return judge(undefined, undefined, error)
  const meta = { queuedMs: 0, durationMs, attempts: 1 }
  const result: CallResult = error
    ? { status: 'error', callId, tool: key, error, meta }
    : { status: 'ok', callId, tool: key, output, meta }
  return judge(classify, result, error)
}

function keepPermit({ key, clock, own }: Circuit, { admission, store }: Passage): () => void {
  const probe = admission.admitted ? admission.probe : undefined
  if (probe === undefined || store === own) return () => undefined
  return keepProbe(() => store.renew(key, probe, { now: clock.now() }), clock)
}

function errorOf({ key, clock }: Circuit, { callId }: Passage, thrown: unknown): ToolError {
  return isToolError(thrown) ? thrown : executionError(thrown, { tool: key, callId, attempts: 1, now: clock.now() })
}

// What is thrown when the caller's own signal ends the work; a limit of time throws a TimeoutError.
function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
