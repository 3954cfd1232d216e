import { type CallEvent, executionError, type Middleware, systemClock } from '@headrace/core'
import { map, Observable, throwError } from 'rxjs'
import { type ChaosOptions, createChaosDice, type Injection } from './inject/chaos-dice.ts'
import { failureOf, type ScriptedFailure } from './script/scripted-failure.ts'

/** Middleware that makes things go wrong, and tells what it did. */
export interface Chaos extends Middleware {
  /** What was made to happen so far, in the order of the calls. */
  readonly injections: readonly Injection[]
}

/**
 * Makes middleware that lets calls go wrong: `createRuntime({ middleware: [chaos({ … })] })`. Whether and how is decided
 * for each call by one number of `random`, so that the same seed gives the n-th call the same fate.
 *
 * It stands outside of everything: a `fault` ends the call as EXECUTION_FAILED and runs nothing, an `outcome` takes the
 * place of an ok result, and no retry, breaker or fallback sees either. It is for what stands around calls: the agent's
 * loop, workflows, what a model is told. For what stands around attempts there is `chaoticTool`.
 */
export function chaos(options: ChaosOptions): Chaos {
  const dice = createChaosDice('chaos', options)
  const { clock = systemClock, fault = {}, outcome = {} } = options
  const middleware: Middleware = ({ callId, tool }, next) => {
    const injection = dice.roll(callId, tool)
    switch (injection?.kind) {
      case 'fault':
        return throwError(() => failureOf(fault))
      case 'latency':
        return delayed(next, (run) => clock.setTimer(injection.delayMs, run))
      case 'outcome':
        return next().pipe(map((event) => withoutAnswer(event, outcome)))
      default:
        return next()
    }
  }
  return Object.assign(middleware, { injections: dice.injections })
}

/** Subscribes after a timer; unsubscribing ends the wait too. */
function delayed(
  next: () => Observable<CallEvent>,
  setTimer: (run: () => void) => { cancel(): void },
): Observable<CallEvent> {
  return new Observable((subscriber) => {
    const timer = setTimer(() => subscriber.add(next().subscribe(subscriber)))
    subscriber.add(() => timer.cancel())
  })
}

/** Puts the failure in the place of an ok result. */
function withoutAnswer(event: CallEvent, failure: ScriptedFailure | Error): CallEvent {
  if (event.type !== 'call-settle' || event.result.status !== 'ok') return event
  const { callId, tool, meta } = event.result
  const error = executionError(failureOf(failure), { callId, tool, attempts: meta.attempts, now: event.at })
  return { ...event, result: { status: 'error', callId, tool, error, meta } }
}
