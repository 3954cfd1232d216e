import {
  type CallOptions,
  type CallResult,
  CancelReason,
  type PendingCall,
  type Runtime,
  type Tool,
} from '@headrace/core'
import type { Observable } from 'rxjs'
import type { IdentifiedCall, TurnEvent } from './turn-event.ts'

/** Which calls may start before the message ends. */
export type EarlyStart = 'read-only' | 'all' | 'none' | ((call: IdentifiedCall, tool: Tool) => boolean)

/** Options of {@link dispatchTurn}: those of every call of the turn, and when calls start. */
export interface DispatchTurnOptions extends CallOptions {
  /**
   * Which calls start as soon as their arguments are complete; the others wait for a message that ends well.
   * 'read-only' by default: tools with `readOnlyHint`.
   */
  readonly early?: EarlyStart | undefined
}

/** How the stream of a turn ended. */
export interface TurnFinish {
  /** The provider's word for why the last message ended. */
  readonly reason: string | undefined
  /** Every message ended well, and no call was cut off. */
  readonly safe: boolean
  /** What the stream failed with. */
  readonly error?: unknown
}

/** One turn of a model, whose calls run while its message still comes. */
export interface DispatchedTurn {
  /** One result for each call that the model began, in the model's order, when all have ended. Never rejects. */
  results(): Promise<CallResult[]>
  /** How the stream ended; never rejects. */
  finish(): Promise<TurnFinish>
  /** Stops reading and cancels what runs; resolves when it has ended or was abandoned. */
  cancel(reason?: unknown): Promise<void>
}

/**
 * Runs the calls of a model's turn, each as early as it is safe. Subscribes at once. Where a message ends badly (cut off,
 * filtered, failed), what was started for it is cancelled and what was not is never run: each has a `cancelled` result, and
 * events and audit tell of it as of any other call.
 */
export function dispatchTurn(
  runtime: Runtime,
  turn$: Observable<TurnEvent>,
  options: DispatchTurnOptions = {},
): DispatchedTurn {
  return new Turn(runtime, options).read(turn$)
}

/** A call of the message that is being read; it runs where `pending` is there. */
interface Entry {
  readonly call: IdentifiedCall
  readonly isComplete: boolean
  pending: PendingCall<unknown> | undefined
}

class Turn implements DispatchedTurn {
  readonly #runtime: Runtime
  readonly #early: EarlyStart
  readonly #options: CallOptions
  readonly #ended = Promise.withResolvers<TurnFinish>()
  readonly #results: Promise<CallResult>[] = []
  readonly #stop = new AbortController()
  #message: Entry[] = []
  #reason: string | undefined = undefined
  #safe = true
  #hasEnded = false

  constructor(runtime: Runtime, { early = 'read-only', ...options }: DispatchTurnOptions) {
    checkEarly(early)
    this.#runtime = runtime
    this.#early = early
    const { signal } = options
    this.#options = { ...options, signal: signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal }
  }

  read(turn$: Observable<TurnEvent>): this {
    const reading = turn$.subscribe({
      next: (event) => this.#take(event),
      error: (error) => this.#end({ error }),
      complete: () => this.#end(),
    })
    const { signal } = this.#options
    const stop = (): void => {
      reading.unsubscribe()
      this.#end({ error: signal?.reason })
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
    void this.#ended.promise.then(() => signal?.removeEventListener('abort', stop))
    return this
  }

  async results(): Promise<CallResult[]> {
    await this.#ended.promise
    return Promise.all(this.#results)
  }

  finish(): Promise<TurnFinish> {
    return this.#ended.promise
  }

  async cancel(reason: unknown = new CancelReason('cancelled')): Promise<void> {
    this.#stop.abort(reason)
    await this.results()
  }

  #take(event: TurnEvent): void {
    if (event.type === 'finish') this.#finishMessage(event.reason, event.safe)
    else this.#message.push(this.#entryOf(event.call, event.type === 'call'))
  }

  #entryOf(call: IdentifiedCall, isComplete: boolean): Entry {
    const starts = isComplete && this.#startsEarly(call)
    return { call, isComplete, pending: starts ? this.#runtime.dispatch(call, this.#options) : undefined }
  }

  #startsEarly(call: IdentifiedCall): boolean {
    const tool = this.#runtime.registry.get(call.tool)
    if (tool === undefined || this.#early === 'none') return false
    if (this.#early === 'all') return true
    return this.#early === 'read-only' ? tool.annotations.readOnlyHint === true : this.#early(call, tool)
  }

  #finishMessage(reason: string | undefined, safe: boolean): void {
    const message = this.#message
    this.#message = []
    this.#reason = reason
    const isWhole = message.every(({ isComplete }) => isComplete)
    this.#safe &&= safe && isWhole
    if (safe && isWhole) this.#runRest(message)
    else this.#drop(message, `The model's message did not end well${reason === undefined ? '' : ` (${reason})`}.`)
  }

  /** The calls that have waited for the end of their message are one turn: one place in the queue. */
  #runRest(message: readonly Entry[]): void {
    const waiting = message.filter(({ pending }) => pending === undefined)
    const calls = waiting.map(({ call }) => call)
    const rest = this.#runtime.dispatchAll(calls, this.#options)
    for (const entry of message) {
      const place = waiting.indexOf(entry)
      const result = entry.pending?.result() ?? rest.then((results) => results[place] as CallResult)
      this.#results.push(result)
    }
  }

  #drop(message: readonly Entry[], why: string): void {
    const reason = new CancelReason('cancelled', why)
    for (const { call, pending } of message) {
      void pending?.cancel(reason)
      const dropped = pending ?? this.#runtime.dispatch(call, { ...this.#options, signal: AbortSignal.abort(reason) })
      this.#results.push(dropped.result())
    }
  }

  #end(failure?: { readonly error: unknown }): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const wasOpen = this.#message.length > 0
    if (wasOpen) this.#drop(this.#message, 'The stream of the model ended before its message did.')
    this.#message = []
    const safe = this.#safe && !wasOpen && failure === undefined
    this.#ended.resolve({ reason: this.#reason, safe, ...failure })
  }
}

function checkEarly(early: unknown): void {
  if (typeof early === 'function' || early === 'read-only' || early === 'all' || early === 'none') return
  throw new TypeError(`dispatchTurn: early must be 'read-only', 'all', 'none' or a function, got ${String(early)}`)
}
