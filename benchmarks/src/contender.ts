/** What every call of every contender is given: one object, so that it costs nobody anything. */
export interface Input {
  readonly id: number
}

/** The work behind a call, and the room that a contender must offer for it. */
export interface Workload {
  readonly tool: (input: Input) => Promise<unknown>
  /** Calls that run at the same time. */
  readonly concurrency: number
  /** Calls that may wait for their turn. */
  readonly queue: number
}

/** One call as a model asks for it: the tool by its name, the arguments as an object or as JSON text. */
export interface ModelCall {
  readonly tool: string
  readonly arguments: unknown
}

/** A message of a model as it is streamed, in milliseconds from its start: when each call is complete, and when it ends. */
export interface TimedMessage {
  readonly calls: readonly { readonly at: number; readonly call: ModelCall }[]
  readonly end: number
}

/** Finds the nearest vector with at least this cosine, and gives its place among those that were added. */
export type SearchVectors = (
  vector: Float32Array,
  floor: number,
) => number | undefined | PromiseLike<number | undefined>

/** One library, set up once as its users would. It offers the forms that it has; a row asks for the one that it measures. */
export interface Contender {
  /** One call whose result is awaited. */
  call?(input: Input): PromiseLike<unknown>
  /** One call whose result nobody takes, in the library's cheapest form. Without it: `call`. */
  start?(input: Input): unknown
  /** So many calls at once, in the library's own form for a batch. Without it: `Promise.all` over `call`. */
  all?(count: number): PromiseLike<unknown>
  /** One call as an observable: `done` runs when it has completed. */
  subscribe?(input: Input, done: () => void): void
  /** One call with a priority, higher first. */
  enqueue?(input: Input, priority: number): unknown
  /** One call that the signal can cancel. */
  register?(input: Input, signal: AbortSignal): unknown
  /** One call of a model through the whole pipeline, to the tool's output. */
  dispatch?(call: ModelCall): PromiseLike<unknown>
  /** All calls of one message of a model, at once, to the last result. */
  message?(calls: readonly ModelCall[]): PromiseLike<unknown>
  /** A streamed message, from its start to the moment when the model is asked for its next step. */
  replay?(message: TimedMessage): PromiseLike<unknown>
  /** The calls of a streamed response, from its bytes; gives how many there are. */
  assemble?(bytes: Uint8Array): PromiseLike<number>
  /** Keeps these results, and gives what looks one up by its place. */
  hits?(results: readonly unknown[]): Promise<(place: number) => PromiseLike<unknown>>
  /** An index of these vectors; each may be used again for the next one, so it has to be copied. */
  index?(vectors: Iterable<Float32Array>, count: number): Promise<SearchVectors>
  /** The index that is in the Redis of this URL already. */
  searchIn?(url: string): Promise<SearchVectors>
}

/** What each file of `contenders/` exports as `create`. */
export type CreateContender = (workload: Workload) => Contender

/** The one argument of every call. */
export const input: Input = { id: 1 }

/** How patient and how persistent every contender is, in milliseconds: no limit is ever reached while it is measured. */
export const limits = {
  timeout: 600_000,
  attempts: 3,
  backoff: { base: 250, max: 30_000 },
  breaker: { consecutiveFailures: 5, openFor: 5_000 },
} as const

/** The form of this name, or an error that says which contender cannot be in this row. */
export function requireForm<Form extends keyof Contender>(
  contender: Contender,
  form: Form,
): NonNullable<Contender[Form]> {
  const found = contender[form]
  if (found === undefined) throw new Error(`This contender has no form "${form}"`)
  return found
}

/** Starts one call and takes no result. */
export function starter(contender: Contender): (input: Input) => unknown {
  return contender.start ?? requireForm(contender, 'call')
}

/** Runs so many calls at once and waits for all of them. */
export function batcher(contender: Contender): (count: number) => PromiseLike<unknown> {
  if (contender.all !== undefined) return contender.all
  const call = requireForm(contender, 'call')
  return (count) => Promise.all(Array.from({ length: count }, () => call(input)))
}
