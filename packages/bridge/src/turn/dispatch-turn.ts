import {
  type CallOptions,
  type CallResult,
  CancelReason,
  type PendingCall,
  type Runtime,
  type Scope,
  type Tool,
} from '@headrace/core'
import { type Observable, Subscription } from 'rxjs'
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
  /** Where the turn's own scope is opened; at the runtime's root by default. */
  readonly scope?: Scope | undefined
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
  readonly #scope: Scope
  readonly #early: EarlyStart
  readonly #options: CallOptions
  readonly #ended = Promise.withResolvers<TurnFinish>()
  readonly #results: Promise<CallResult>[] = []
  readonly #stop = new AbortController()
  readonly #reading = new Subscription()
  #message: Entry[] = []
  #reason: string | undefined = undefined
  #safe = true
  #hasEnded = false

  constructor(runtime: Runtime, options: DispatchTurnOptions) {
    const { early = 'read-only', scope = runtime, ...callOptions } = options
    checkEarly(early)
    runtime.dispatch$({ tool: '', arguments: undefined }, callOptions) // checks them; nothing runs without a subscriber
    const { signal } = callOptions
    const stopped = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal
    this.#runtime = runtime
    this.#scope = scope.scope()
    this.#early = early
    this.#options = { ...callOptions, signal: stopped }
  }

  read(turn$: Observable<TurnEvent>, signal: AbortSignal | undefined = this.#options.signal): this {
    const stop = (): void => this.#end({ error: signal?.reason }, signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    this.#reading.add(() => signal?.removeEventListener('abort', stop))
    if (signal?.aborted) stop()
    this.#reading.add(
      turn$.subscribe({
        next: (event) => this.#take(event),
        error: (error) => this.#end({ error }),
        complete: () => this.#end(),
      }),
    )
    void this.results().then(() => this.#scope.close())
    return this
  }

  async results(): Promise<CallResult[]> {
    await this.#ended.promise
    return Promise.all(this.#results)
  }

  finish(): Promise<TurnFinish> {
    return this.#ended.promise
  }

  cancel(reason: unknown = new CancelReason('cancelled')): Promise<void> {
    this.#stop.abort(reason)
    return this.#scope.close()
  }

  #take(event: TurnEvent): void {
    if (this.#hasEnded) return
    try {
      if (event.type === 'finish') this.#finishMessage(event.reason, event.safe)
      else this.#addCall(event.call, event.type === 'call')
    } catch (error) {
      this.#end({ error })
    }
  }

  #addCall(call: IdentifiedCall, isComplete: boolean): void {
    const entry: Entry = { call, isComplete, pending: undefined }
    this.#message.push(entry)
    if (isComplete && this.#startsEarly(call)) entry.pending = this.#scope.dispatch(call, this.#options)
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
    else
      this.#drop(
        message,
        new CancelReason(
          'cancelled',
          `The model's message did not end well${reason === undefined ? '' : ` (${reason})`}.`,
        ),
      )
  }

  /** The calls that have waited for the end of their message are one turn: one place in the queue. */
  #runRest(message: readonly Entry[]): void {
    const waiting = message.filter(({ pending }) => pending === undefined)
    const calls = waiting.map(({ call }) => call)
    const rest = this.#scope.dispatchAll(calls, this.#options)
    for (const entry of message) {
      const place = waiting.indexOf(entry)
      const result = entry.pending?.result() ?? rest.then((results) => results[place] as CallResult)
      this.#results.push(result)
    }
  }

  #drop(message: readonly Entry[], reason: unknown): void {
    for (const { call, pending } of message) {
      void pending?.cancel(reason)
      const dropped = pending ?? this.#scope.dispatch(call, { ...this.#options, signal: AbortSignal.abort(reason) })
      this.#results.push(dropped.result())
    }
  }

  #end(failure?: { readonly error: unknown }, reason: unknown = streamEnded()): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#reading.unsubscribe()
    const wasOpen = this.#message.length > 0
    if (wasOpen) this.#drop(this.#message, reason)
    this.#message = []
    const safe = this.#safe && !wasOpen && failure === undefined
    this.#ended.resolve({ reason: this.#reason, safe, ...failure })
  }
}

function streamEnded(): CancelReason {
  return new CancelReason('cancelled', 'The stream of the model ended before its message did.')
}

function checkEarly(early: unknown): void {
  if (typeof early === 'function' || early === 'read-only' || early === 'all' || early === 'none') return
  throw new TypeError(`dispatchTurn: early must be 'read-only', 'all', 'none' or a function, got ${String(early)}`)
}
