import { type CallContext, systemClock, type Tool } from '@headrace/core'
import { isObservable, Observable } from 'rxjs'
import { wait } from './clock/wait.ts'
import { type ChaosOptions, createChaosDice, type Injection } from './inject/chaos-dice.ts'
import { failureOf } from './script/scripted-failure.ts'

/** A tool whose attempts go wrong, with what was done to them. */
export interface ChaoticTool {
  /** What was made to happen so far, in the order of the attempts. */
  readonly injections: readonly Injection[]
}

/**
 * Gives a tool like `tool` whose attempts go wrong, by the same options as `chaos` and decided in the same way, for each
 * attempt. It stands inside of everything, where a backend would fail: retries, hedges, breakers, timeouts and fallbacks
 * see what happens. A `fault` runs nothing; after an `outcome` the effects of the attempt are there, and a retry makes
 * them a second time.
 */
export function chaoticTool<T extends Tool>(tool: T, options: Omit<ChaosOptions, 'tools'>): T & ChaoticTool {
  const dice = createChaosDice('chaotic tool', options)
  const { clock = systemClock, fault = {}, outcome = {} } = options
  const execute = (input: unknown, context: CallContext): unknown => {
    const injection = dice.roll(context.callId, tool.name)
    switch (injection?.kind) {
      case 'fault':
        throw failureOf(fault)
      case 'latency':
        return wait(clock, injection.delayMs, context.signal).then(() => tool.execute(input, context))
      case 'outcome':
        return withoutAnswer(tool.execute(input, context), () => failureOf(outcome))
      default:
        return tool.execute(input, context)
    }
  }
  // Descriptors, since a scripted tool has getters.
  const descriptors = {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { value: execute, enumerable: true },
    injections: { value: dice.injections, enumerable: true },
  }
  return Object.freeze(Object.defineProperties({}, descriptors)) as T & ChaoticTool
}

/** Lets the work go on to its end, parts of a stream included, and fails there. */
function withoutAnswer(value: unknown, failure: () => Error): unknown {
  if (isObservable(value)) return observableWithoutEnd(value, failure)
  if (isAsyncIterable(value)) return iterableWithoutEnd(value, failure)
  if (isThenable(value)) return Promise.resolve(value).then((settled) => withoutAnswer(settled, failure))
  throw failure()
}

function observableWithoutEnd(source: Observable<unknown>, failure: () => Error): Observable<unknown> {
  return new Observable((subscriber) =>
    source.subscribe({
      next: (part) => subscriber.next(part),
      error: (error) => subscriber.error(error),
      complete: () => subscriber.error(failure()),
    }),
  )
}

async function* iterableWithoutEnd(source: AsyncIterable<unknown>, failure: () => Error): AsyncGenerator<unknown> {
  yield* source
  throw failure()
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'
}
