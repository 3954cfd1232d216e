import type { BreakerState } from '../ports/breaker-store.ts'
import type { Engine } from './engine/engine.ts'

/** One key of the admission stage. */
export interface GateSnapshot {
  readonly key: string
  readonly running: number
  readonly queued: number
  /** Runs past their grace that have not ended. */
  readonly overdue: number
}

/** How a runtime stands at one moment: plain data. */
export interface RuntimeSnapshot {
  readonly tools: number
  /** Keys that anybody uses, and those of the registered tools. */
  readonly queues: readonly GateSnapshot[]
  readonly global: { readonly running: number; readonly max: number | 'unlimited' }
  /** Those of the keys above that have judged anything, and every other one that is not closed. */
  readonly breakers: readonly { readonly key: string; readonly state: BreakerState }[]
  /** The limits of the tools that were called, as they are now. */
  readonly limits: readonly {
    readonly tool: string
    readonly max: number | 'unlimited'
    readonly queue: number | 'unlimited'
  }[]
  /** Look-ups since the runtime was made. */
  readonly caches: { readonly hits: number; readonly misses: number; readonly joins: number }
  /** Equal calls that share one execution now. */
  readonly flights: number
  /** Limits that are waited for. */
  readonly timers: number
  /** Runs that were given up and have not ended. */
  readonly abandoned: number
  /** Jobs that this runtime holds and that have not ended here, by state; what else the store has is not known here. */
  readonly jobs: { readonly working: number; readonly input_required: number }
}

/** Reads how a runtime stands. */
export function takeSnapshot(engine: Engine, jobs: RuntimeSnapshot['jobs']): RuntimeSnapshot {
  const queues: GateSnapshot[] = []
  const breakers = new Map(engine.breakerStates)
  for (const { key, running, queue, overdue } of engine.admission.gates()) {
    queues.push({ key, running, queued: queue.size, overdue })
    const view = engine.breakers.peek(key)
    if (view !== undefined) breakers.set(key, view.state)
  }
  const { global } = engine.admission
  return {
    tools: engine.registry.size,
    queues,
    global: { running: global.running, max: Number.isFinite(global.max) ? global.max : 'unlimited' },
    breakers: Array.from(breakers, ([key, state]) => ({ key, state })),
    limits: engine.limits(),
    caches: { ...engine.results.counts },
    flights: engine.results.flights.size,
    timers: engine.timers.size,
    abandoned: engine.abandoned,
    jobs,
  }
}
