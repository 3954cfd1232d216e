import type { BoundCall } from '../../call/tool-call.ts'
import { type ApprovalDecision, type ApprovalPolicy, readVerdict } from '../../policies/approval/approval-policy.ts'
import { lateController } from '../../scope/late-controller.ts'
import type { CallSink } from '../engine/call-sink.ts'
import { isThenable } from '../engine/is-thenable.ts'
import { approvalDenied } from '../engine/refusal.ts'
import { type ValidatedCall, validate } from './validation-stage.ts'

/** A call that needs consent. */
export interface AskingCall extends ValidatedCall, CallSink {
  readonly input: unknown
  readonly idempotencyKey: string
  bound(): BoundCall
  /** It may run, with these arguments. */
  onApproved(input: unknown, now: number): void
}

/** Asks for consent to one call and waits for the answer. What comes after the end of the call is ignored. */
export class ApprovalStage {
  readonly #call: AskingCall
  #controller: AbortController | undefined
  #ended: { readonly reason: unknown } | undefined

  constructor(call: AskingCall) {
    this.#call = call
  }

  /** Asks; where the answer is there at once, the call goes on at once. */
  ask(approval: ApprovalPolicy): void {
    const call = this.#call
    const signal = (): AbortSignal => this.#signal()
    const options = {
      get signal() {
        return signal()
      },
    }
    let answer: unknown
    try {
      answer = approval(call.bound(), options)
      // adopted here, so that a `then` that throws is a refusal too
      if (isThenable(answer)) answer = Promise.resolve(answer)
    } catch (thrown) {
      return this.#fail(thrown)
    }
    if (answer instanceof Promise) this.#wait(answer)
    else this.#take(answer)
  }

  /** The call has ended first. */
  end(reason: unknown): void {
    this.#ended = { reason }
    this.#controller?.abort(reason)
  }

  #signal(): AbortSignal {
    this.#controller ??= lateController(this.#ended)
    return this.#controller.signal
  }

  /** A promise's reactions run in the async context in which they were added: the submitter's. */
  #wait(answer: Promise<unknown>): void {
    const call = this.#call
    answer.then(
      (given) => this.#take(given),
      (thrown: unknown) => this.#fail(thrown),
    )
    if (call.isListening) call.emit({ type: 'approval-wait' })
  }

  #take(answer: unknown): void {
    const call = this.#call
    if (call.status === 'settled') return
    let verdict: ApprovalDecision
    try {
      verdict = readVerdict(answer)
    } catch (thrown) {
      return this.#fail(thrown)
    }
    const { approved, reason, arguments: changed } = verdict
    if (!approved) return call.onRefused(approvalDenied(call.place, { reason }), this.#now())
    call.engine.audit?.approve(call, verdict)
    if (changed === undefined) call.onApproved(call.input, this.#now())
    else validate(call, changed, this.#now())
  }

  /** Nobody has consented. */
  #fail(thrown: unknown): void {
    const call = this.#call
    if (call.status !== 'settled') call.onRefused(approvalDenied(call.place, { cause: thrown }), this.#now())
  }

  /** A person has taken their time, perhaps without giving it back to the event loop. */
  #now(): number {
    return this.#call.engine.clock.monotonic()
  }
}
