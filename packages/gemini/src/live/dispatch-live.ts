import type { FunctionResponse, LiveServerMessage } from '@google/genai'
import { finalResult, type IdentifiedCall } from '@headrace/bridge'
import { type CallOptions, type CallPending, CancelReason, type FinalResult, type Runtime } from '@headrace/core'
import { type LateMessagesOptions, toLateMessages } from '../reply/to-late-messages.ts'
import { createGeminiReader } from '../stream/gemini-reader.ts'
import { isRecord, listOf } from '../stream/json-fields.ts'
import { geminiNames } from '../tools/gemini-names.ts'

/** Options of {@link dispatchLive}: those of every call of the session, and how results are told. */
export interface LiveOptions extends CallOptions, Pick<LateMessagesOptions, 'scheduling' | 'maxCharacters'> {}

/** The calls of a live session. */
export interface LiveCalls {
  /** Takes a message of the session as it comes; can be the session's `onmessage` itself. Never throws. */
  readonly take: (message: LiveServerMessage) => void
  /** Cancels what runs; nothing is sent any more. Rejects with what `send` has thrown first. */
  readonly close: (reason?: unknown) => Promise<void>
}

/** Sends responses, as `session.sendToolResponse` does. */
export type SendResponses = (functionResponses: FunctionResponse[]) => void

/**
 * Runs the calls of a session of the Live API and sends each response as soon as it is there: a live model asks for calls
 * only once it wants them run. What the model takes back (`toolCallCancellation`) is cancelled and not answered. A tool that
 * runs as a job is answered at its end; the job goes on when the session closes.
 */
export function dispatchLive(runtime: Runtime, send: SendResponses, options: LiveOptions = {}): LiveCalls {
  const live = new Live(runtime, send, options)
  return { take: (message) => live.take(message), close: (reason) => live.close(reason) }
}

class Live {
  readonly #runtime: Runtime
  readonly #send: SendResponses
  readonly #options: CallOptions
  readonly #reply: LateMessagesOptions
  readonly #reader = createGeminiReader()
  /** The calls that are not answered yet, by id: aborting one takes it back. */
  readonly #open = new Map<string, AbortController>()
  readonly #running = new Set<Promise<void>>()
  #isClosed = false
  #failure: { readonly error: unknown } | undefined = undefined

  constructor(runtime: Runtime, send: SendResponses, { scheduling, maxCharacters, ...options }: LiveOptions) {
    this.#runtime = runtime
    this.#send = send
    this.#options = options
    this.#reply = { runtime, scheduling, maxCharacters }
    toLateMessages([], this.#reply) // checks them
    runtime.dispatch$({ tool: '', arguments: undefined }, options) // the same; nothing runs without a subscriber
  }

  take(message: unknown): void {
    if (this.#isClosed || !isRecord(message)) return
    const { toolCallCancellation } = message
    if (isRecord(toolCallCancellation)) this.#takeBack(listOf(toolCallCancellation.ids))
    for (const event of this.#reader.read(message)) if (event.type === 'call') this.#start(event.call)
  }

  async close(reason: unknown = new CancelReason('shutdown', 'The live session has closed.')): Promise<void> {
    this.#isClosed = true
    for (const call of this.#open.values()) call.abort(reason)
    await Promise.all(this.#running)
    if (this.#failure) throw this.#failure.error
  }

  #takeBack(ids: readonly unknown[]): void {
    const reason = new CancelReason('cancelled', 'The model has taken the call back.')
    for (const id of ids) if (typeof id === 'string') this.#open.get(id)?.abort(reason)
  }

  #start(call: IdentifiedCall): void {
    const taken = new AbortController()
    this.#open.set(call.callId, taken)
    const running = this.#run(call, taken.signal).finally(() => {
      this.#running.delete(running)
      if (this.#open.get(call.callId) === taken) this.#open.delete(call.callId)
    })
    this.#running.add(running)
  }

  async #run(call: IdentifiedCall, taken: AbortSignal): Promise<void> {
    const { signal } = this.#options
    const both = signal ? AbortSignal.any([signal, taken]) : taken
    const tool = geminiNames(this.#runtime).fromProvider(call.tool)
    const result = await this.#runtime.dispatch({ ...call, tool }, { ...this.#options, signal: both }).result()
    const final = result.status === 'pending' ? await this.#jobEnd(result, taken) : result
    if (final && !taken.aborted) this.#answer(final)
  }

  /** Undefined where the call is taken back before the job ends. A job outlives the session that has asked for it. */
  async #jobEnd(pending: CallPending, taken: AbortSignal): Promise<FinalResult | undefined> {
    const gone = Promise.withResolvers<undefined>()
    const leave = (): void => {
      if (!this.#isClosed) void this.#cancelJob(pending.job.id)
      gone.resolve(undefined)
    }
    if (taken.aborted) leave()
    taken.addEventListener('abort', leave, { once: true })
    return Promise.race([finalResult(this.#runtime, pending), gone.promise])
  }

  async #cancelJob(id: string): Promise<void> {
    try {
      const job = await this.#runtime.job(id)
      await job?.cancel()
    } catch {
      // the store tells of it; the job's result is no longer asked for
    }
  }

  #answer(result: FinalResult): void {
    try {
      this.#send(toLateMessages([result], this.#reply))
    } catch (error) {
      this.#failure ??= { error }
    }
  }
}
