import { type MonoTypeOperatorFunction, Observable, tap } from 'rxjs'
import type { BreakerPolicy } from './breaker-policy.ts'
import { type CircuitOptions, createCircuit, enterCircuit, type Passage } from './circuit/circuit.ts'
import { leave, rejectionOf, watchCall } from './circuit/circuit-call.ts'

/**
 * Puts a circuit breaker before an observable: each subscription is one call, which fails at once with CIRCUIT_OPEN
 * while the breaker is open. All pipelines made with one returned operator share its breaker. Completing is a success;
 * an error passes on unchanged, after it was judged; unsubscribing before the end, and an AbortError, judge nothing.
 * The policy's own `key` function is not asked.
 */
export function breakCircuit<T>(policy: BreakerPolicy, options: CircuitOptions): MonoTypeOperatorFunction<T> {
  const circuit = createCircuit(policy, options)
  return (source) =>
    new Observable<T>((subscriber) => {
      const run = (passage: Passage): void => {
        const rejection = rejectionOf(circuit, passage)
        if (rejection) subscriber.error(rejection)
        else if (subscriber.closed) leave(circuit, passage)
        else source.pipe(tap(watchCall<T>(circuit, passage))).subscribe(subscriber)
      }
      const passage = enterCircuit(circuit)
      if ('then' in passage) passage.then(run)
      else run(passage)
    })
}
