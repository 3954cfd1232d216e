import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallMeta, CallResult, FinalResult } from '../../call/call-result.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { SignalLink } from '../../scope/signal-hub.ts'
import type { CallRequest } from './call-request.ts'
import type { Engine } from './engine.ts'
import { addObserver, type CallObserver } from './event-stream.ts'
import { deadlineExceeded, runtimeClosed } from './refusal.ts'
import type { RunningCall } from './running-call.ts'

/**
 * A call as its caller sees it, whose work something else does: its place in the scope, its one end, and who is told of
 * it. A call that does its own work is `Call`.
 */
export abstract class OuterCall implements RunningCall, ScopeChild {
  before: ScopeChild | undefined
  after: ScopeChild | undefined
  readonly callId: string
  settled: CallResult | undefined
  protected readonly engine: Engine
  protected readonly request: CallRequest
  readonly #startedAt: number
  #observer: CallObserver | undefined
  #link: SignalLink | undefined
  #order = 0
  #onSettle: (() => void)[] = []
  #promise: Promise<unknown> | undefined

  constructor(engine: Engine, request: CallRequest) {
    this.engine = engine
    this.request = request
    this.#startedAt = engine.clock.monotonic()
    this.callId = request.callId ?? engine.callId(engine.nextSequence())
  }

  abstract get status(): 'queued' | 'running' | 'settled'
  abstract cancel(reason: unknown): void
  abstract whenFinished(resume: () => void): void
  /** It is in its scope: the work may begin. */
  protected abstract begin(): void
  /** It has settled as pending: gives the output to who waits for it, if there will be one. */
  protected abstract giveLater(pending: PendingResult, to: OutputReceiver): void
  /** The end has come: nothing that goes on for it alone is wanted any more. */
  protected abstract stopWork(): void
  /** What a thrown value ends the call with. */
  protected abstract fail(thrown: unknown): void
  /** What the work has cost so far. */
  protected abstract get spent(): { readonly queuedMs: number; readonly attempts: number }

  start(): void {
    const { options, place } = this.request
    const { scope } = place
    const signal = options?.signal
    if (scope.isClosing) return this.fail(runtimeClosed({ ...this.place, attempts: 0 }))
    this.#order = scope.rule.start()
    if (scope.cancelled !== undefined) return this.cancel(scope.cancelled.reason)
    if (signal?.aborted) return this.cancel(signal.reason)
    scope.add(this)
    if (signal !== undefined) this.#link = this.engine.signals.join(signal, this)
    this.begin()
  }

  whenSettled(resume: () => void): void {
    if (this.settled !== undefined) resume()
    else this.#onSettle.push(resume)
  }

  promise(): Promise<unknown> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.whenSettled(() => {
        const { settled } = this
        if (settled?.status === 'pending') this.giveLater(settled, { resolve, reject })
        else if (settled !== undefined) giveOutput(settled, { resolve, reject })
      })
    })
    return this.#promise
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    if (this.settled === undefined) {
      this.#observer = addObserver(this.#observer, subscriber)
      return
    }
    subscriber.next(this.settleEvent(this.settled))
    subscriber.complete()
  }

  tree(): ScopeTree {
    return { kind: 'call', ...this.place, status: this.status, children: [] }
  }

  protected get place(): { readonly callId: string; readonly tool: string } {
    const { tool } = this.request
    return { callId: this.callId, tool: typeof tool === 'string' ? tool : tool.name }
  }

  protected get meta(): CallMeta {
    const { queuedMs, attempts } = this.spent
    return { queuedMs, durationMs: this.engine.clock.monotonic() - this.#startedAt, attempts }
  }

  /** Tells an event of the call to those who follow it. */
  protected tell(event: CallEvent): void {
    this.engine.stream.deliver(event, this.#observer)
  }

  protected settleEvent(result: CallResult): CallEvent {
    return { type: 'call-settle', ...this.place, at: this.engine.clock.now(), result }
  }

  /** Ends the call without a result: a deadline is an error, anything else a cancel. */
  protected end(reason: unknown): void {
    if (reason instanceof CancelReason && reason.kind === 'deadline') {
      return this.fail(deadlineExceeded({ ...this.place, attempts: this.spent.attempts }, false))
    }
    this.settle({ status: 'cancelled', ...this.place, reason, meta: this.meta })
  }

  /** Ends the call, once. */
  protected settle(result: CallResult): void {
    if (this.settled !== undefined) return
    const observer = this.#observer
    this.settled = result
    this.#observer = undefined
    if (this.#link !== undefined) this.engine.signals.leave(this.#link)
    this.stopWork()
    this.engine.stream.deliver(this.settleEvent(result), observer)
    for (const resume of this.#onSettle.splice(0)) resume()
    this.#judge(result)
    this.whenFinished(() => this.request.place.scope.remove(this))
  }

  #judge(result: CallResult): void {
    const { rule } = this.request.place.scope
    if (this.#order === 0) return
    if (result.status === 'ok') rule.succeed()
    else if (result.status === 'error') rule.fail(this.#order, result.error)
  }
}

/** The two ends of a promise. */
export interface OutputReceiver {
  readonly resolve: (output: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** A result that is still to come. */
export type PendingResult = Extract<CallResult, { readonly status: 'pending' }>

/** Hands the output on, or what there is in its place. */
export function giveOutput(result: FinalResult, { resolve, reject }: OutputReceiver): void {
  if (result.status === 'ok') resolve(result.output)
  else reject(result.status === 'error' ? result.error : result.reason)
}
