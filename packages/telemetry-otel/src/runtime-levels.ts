import type { BreakerState, RuntimeSnapshot, WatchedRuntime } from '@headrace/core'
import type { BatchObservableResult, ObservableUpDownCounter } from '@opentelemetry/api'
import { attribute } from './attribute.ts'
import type { Instruments } from './instruments.ts'
import type { KeyLabels } from './key-labels.ts'

const states: readonly BreakerState[] = ['closed', 'open', 'half-open', 'isolated', 'disabled']

/**
 * How runtimes stand, all of them together, for each key: what runs, what waits, what was given up, breakers by state.
 * The SDK goes on telling what was observed last, so a key that is gone, or a state that was left, is observed as 0.
 */
export class RuntimeLevels {
  readonly #watched = new Map<WatchedRuntime, KeyLabels>()
  readonly #running = new Map<string, number>()
  readonly #queued = new Map<string, number>()
  readonly #abandoned = new Map<string, number>()
  readonly #breakers: ReadonlyMap<BreakerState, Map<string, number>> = new Map(
    states.map((state) => [state, new Map<string, number>()]),
  )

  add(runtime: WatchedRuntime, labels: KeyLabels): void {
    this.#watched.set(runtime, labels)
  }

  remove(runtime: WatchedRuntime): void {
    this.#watched.delete(runtime)
  }

  observe(result: BatchObservableResult, { inFlight, queueSize, abandoned, breakerState }: Instruments): void {
    this.#read()
    observe(inFlight, this.#running)
    observe(queueSize, this.#queued)
    observe(abandoned, this.#abandoned)
    for (const [state, counts] of this.#breakers) {
      for (const [key, count] of counts) {
        result.observe(breakerState, count, { [attribute.key]: key, [attribute.breakerState]: state })
      }
    }

    function observe(instrument: ObservableUpDownCounter, counts: ReadonlyMap<string, number>): void {
      for (const [key, count] of counts) result.observe(instrument, count, { [attribute.key]: key })
    }
  }

  #read(): void {
    for (const counts of [this.#running, this.#queued, this.#abandoned, ...this.#breakers.values()]) {
      for (const label of counts.keys()) counts.set(label, 0)
    }
    for (const [runtime, labels] of this.#watched) this.#count(runtime.snapshot(), labels)
  }

  #count({ queues, breakers }: RuntimeSnapshot, labels: KeyLabels): void {
    for (const gate of queues) {
      const label = labels.of(gate.key)
      add(this.#running, label, gate.running)
      add(this.#queued, label, gate.queued)
      add(this.#abandoned, label, gate.overdue)
    }
    for (const { key, state } of breakers) {
      const label = labels.of(key)
      for (const [name, counts] of this.#breakers) add(counts, label, name === state ? 1 : 0)
    }
  }
}

function add(counts: Map<string, number>, label: string, value: number): void {
  counts.set(label, (counts.get(label) ?? 0) + value)
}
