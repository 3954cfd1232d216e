import type { CallEvent, CallFollower } from '@headrace/core'
import type { CallMeasures } from './call-measures.ts'
import type { CallSpan } from './call-span.ts'
import { quietly } from './quietly.ts'

/** Tells what happens in a call to its span and its measures. What fails in them changes nothing about the call. */
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
