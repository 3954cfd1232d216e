import { checkKeys, checkNumber } from '../options/check-option.ts'
import { createIsolationHandles } from '../policies/breaker/isolation-handles.ts'
import { checkedTags } from '../policies/cache/entry/cache-tags.ts'
import type { BreakerState } from '../ports/breaker-store.ts'
import type { Engine } from './engine/engine.ts'

/** One breaker, by hand. */
export interface BreakerControl {
  readonly state: BreakerState
  /** Keeps every call out until the handle, and every other one, is disposed. */
  isolate(): Disposable
  /** Closes it and forgets what it knew; isolations end. */
  reset(): void
  /** Lets every call through until it is reset. */
  disable(): void
}

/**
 * The cache, by hand. What it is told has its effect in this runtime at once; a promise resolves when the store has done
 * its part, or has not answered, which is a `store-error`. None of them rejects.
 */
export interface CacheControl {
  /** Removes every result that carries one of the tags, whoever's it is. Throws a TypeError for what are no tags. */
  invalidate(tags: readonly string[]): Promise<void>
  /**
   * Takes a wrong answer back: removes the entry that `meta.cache.entryId` names, and never gives what is stored for its
   * arguments to those again who were given it for others. False for an entry that was not given of late: of the last
   * 5,000, all are known.
   */
  reject(entryId: string): boolean
  /** Forgets every result. */
  clear(): Promise<void>
}

/** What can be changed in a runtime that runs. */
export interface RuntimeControl {
  /** The breaker of a key: a tool's name, or what the policy's `key` gives. */
  breaker(key: string): BreakerControl
  readonly cache: CacheControl
  readonly limits: {
    /** Changes how many calls of a tool run at once and how many may wait. */
    set(tool: string, limits: { readonly max?: number; readonly queue?: number }): void
  }
  /** Forgets what only the session may have, for every tenant; its calls go on. Never rejects. */
  endSession(session: string): Promise<void>
}

/** Makes the controls of a runtime. */
export function createControl(engine: Engine): RuntimeControl {
  const { breakers, clock } = engine
  const set = (key: string, state: 'isolated' | 'closed' | 'disabled'): void => {
    try {
      const done = breakers.set(key, state, { now: engine.steadyEpoch(clock.monotonic()) })
      if ('then' in done) done.then(undefined, (error: unknown) => engine.store('breaker').failed(error))
    } catch (error) {
      engine.store('breaker').failed(error)
    }
  }
  const handles = createIsolationHandles(set)
  return {
    breaker: (key) => ({
      get state() {
        return breakers.peek(key)?.state ?? 'closed'
      },
      isolate: () => handles.isolate(key),
      reset() {
        handles.reset(key)
        set(key, 'closed')
      },
      disable() {
        handles.reset(key)
        set(key, 'disabled')
      },
    }),
    cache: {
      invalidate: (tags) => engine.results.purgeTags(checkedTags(tags, 'control.cache.invalidate: tags')),
      reject: (entryId) => engine.results.reject(entryId),
      clear: () => engine.results.clear(),
    },
    endSession: (session) => engine.endSession(session),
    limits: { set: (tool, limits) => setLimits(engine, tool, limits) },
  }
}

function setLimits(engine: Engine, tool: string, limits: { readonly max?: number; readonly queue?: number }): void {
  const where = `control.limits.set('${tool}')`
  const { max, queue } = limits
  checkKeys(where, limits, ['max', 'queue'])
  checkNumber(where, 'max', max, { min: 1, integer: true, infinite: true })
  checkNumber(where, 'queue', queue, { min: 0, integer: true, infinite: true })
  const record = engine.recordOf(tool)
  if (record === undefined) {
    throw new TypeError(`${where}: there is no such tool; the nearest are ${engine.registry.nearest(tool).join(', ')}`)
  }
  const { concurrency } = record.policy
  concurrency.max = max ?? concurrency.max
  concurrency.queue = queue ?? concurrency.queue
  engine.emit({
    type: 'limit-change',
    at: engine.clock.now(),
    tool,
    max: concurrency.max,
    queue: concurrency.queue,
  })
  for (const gate of engine.admission.gates()) gate.drain()
}
