import type { CallEvent, CallFollower } from '@headrace/core'
import { diag } from '@opentelemetry/api'
import type { CallMeasures } from './call-measures.ts'
import type { CallSpan } from './call-span.ts'

/** Tells what happens in a call to its span and its measures. What fails in them is told to the API's own log. */
export class FollowedCall implements CallFollower {
  readonly #span: CallSpan | undefined
  readonly #measures: CallMeasures | undefined

  constructor(span: CallSpan | undefined, measures: CallMeasures | undefined) {
    this.#span = span
    this.#measures = measures
  }

  run<R>(work: () => R, attempt?: number): R {
    return this.#span === undefined ? work() : this.#span.run(work, attempt)
  }

  next(event: CallEvent): void {
    quietly(() => this.#span?.next(event))
    quietly(() => this.#measures?.next(event))
  }
}

/** Gives undefined where the SDK behind the API throws: a call has to go on without it. */
export function quietly<R>(run: () => R): R | undefined {
  try {
    return run()
  } catch (error) {
    diag.error('@headrace/telemetry-otel: the SDK threw', error)
    return undefined
  }
}
