import { CancelReason } from '../errors/cancel-reason.ts'

/** What a failing or succeeding call means for the others of its scope. */
export type FailureMode = 'collect' | 'cancel-siblings' | 'first-success'

interface Failure {
  /** The place of the call in the order of starts. */
  readonly order: number
  readonly error: unknown
}

/** Judges the calls of one scope by its {@link FailureMode}, and knows with what `close()` rejects. */
export class FailureRule {
  readonly mode: FailureMode
  readonly #cancel: (reason: CancelReason) => void
  readonly #failures: Failure[] = []
  #started = 0
  #succeeded = false

  constructor(mode: FailureMode, cancel: (reason: CancelReason) => void) {
    this.mode = mode
    this.#cancel = cancel
  }

  /** A call begins; gives its place in the order of starts. */
  start(): number {
    this.#started += 1
    return this.#started
  }

  succeed(): void {
    if (this.mode !== 'first-success' || this.#succeeded) return
    this.#succeeded = true
    this.#failures.length = 0
    this.#cancel(new CancelReason('superseded', 'Another call of the same scope succeeded first.'))
  }

  fail(order: number, error: unknown): void {
    if (this.mode === 'collect' || this.#succeeded) return
    this.#failures.push({ order, error })
    if (this.mode === 'cancel-siblings') this.#cancel(new CancelReason('sibling-failed'))
  }

  /** With what the scope's `close()` rejects: the failure, or all of them in the order of starts. */
  failure(): unknown {
    if (this.#failures.length < 2) return this.#failures[0]?.error
    const errors = this.#failures.sort((a, b) => a.order - b.order).map(({ error }) => error)
    return new AggregateError(errors, `${errors.length} calls of the scope failed.`)
  }
}
