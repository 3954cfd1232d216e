import type { Redactor, RuntimeEvent, WatchedRuntime } from '@headrace/core'
import type { Meter } from '@opentelemetry/api'
import { attribute } from './attribute.ts'
import type { Instruments } from './instruments.ts'
import { KeyLabels } from './key-labels.ts'
import { type MeterState, stateOf } from './meter-state.ts'
import { quietly } from './quietly.ts'

/** A listener of a runtime's events. */
type Listening = ReturnType<WatchedRuntime['events$']['subscribe']>

/** Where a runtime is measured. */
interface Place extends MeterState {
  readonly keys: KeyLabels
}

/** Measures runtimes beside their calls, from when a meter is there. */
export class RuntimeMeter {
  readonly #maxKeys: number
  readonly #redactor: Redactor
  readonly #runtimes = new Map<WatchedRuntime, Listening | undefined>()
  #place: Place | undefined = undefined

  constructor(maxKeys: number, redactor: Redactor) {
    this.#maxKeys = maxKeys
    this.#redactor = redactor
  }

  /** Undefined where nobody measures. */
  get instruments(): Instruments | undefined {
    return this.#place?.instruments
  }

  /** A meter is there. Nobody listens to events before: a listener is what they cost. */
  open(meter: Meter): void {
    const state = stateOf(meter)
    const place = { ...state, keys: new KeyLabels(this.#maxKeys, this.#redactor, state.labels) }
    this.#place = place
    for (const runtime of this.#runtimes.keys()) this.#watch(runtime, place)
  }

  /** Begins to measure a runtime; gives the function that ends it. */
  add(runtime: WatchedRuntime): () => void {
    this.#runtimes.set(runtime, undefined)
    if (this.#place !== undefined) this.#watch(runtime, this.#place)
    return () => {
      this.#runtimes.get(runtime)?.unsubscribe()
      this.#runtimes.delete(runtime)
      this.#place?.levels.remove(runtime)
    }
  }

  #watch(runtime: WatchedRuntime, place: Place): void {
    place.levels.add(runtime, place.keys)
    // what a listener throws ends the process
    const subscription = runtime.events$.subscribe((event) => quietly(() => count(event, place)))
    this.#runtimes.set(runtime, subscription)
  }
}

function count(event: RuntimeEvent, { instruments: { breakerChanges, storeErrors }, keys }: Place): void {
  if (event.type === 'breaker-change') {
    breakerChanges.add(1, { [attribute.key]: keys.of(event.key), [attribute.breakerState]: event.to })
  } else if (event.type === 'store-error') {
    storeErrors.add(1, { [attribute.store]: event.store })
  }
}
