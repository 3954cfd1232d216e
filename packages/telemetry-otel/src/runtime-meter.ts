import type { RuntimeEvent, WatchedRuntime } from '@headrace/core'
import type { Meter } from '@opentelemetry/api'
import { attribute } from './attribute.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import type { KeyLabels } from './key-labels.ts'
import { RuntimeLevels } from './runtime-levels.ts'

/** A listener of a runtime's events. */
type Listening = ReturnType<WatchedRuntime['events$']['subscribe']>

/** Measures runtimes beside their calls, from when a meter is there. */
export class RuntimeMeter {
  readonly #labels: KeyLabels
  readonly #runtimes = new Map<WatchedRuntime, Listening | undefined>()
  #instruments: Instruments | undefined = undefined

  constructor(labels: KeyLabels) {
    this.#labels = labels
  }

  /** Undefined where nobody measures. */
  get instruments(): Instruments | undefined {
    return this.#instruments
  }

  /** A meter is there. Nobody listens to events before: a listener is what they cost. */
  open(meter: Meter): void {
    const instruments = createInstruments(meter)
    const { inFlight, queueSize, abandoned, breakerState } = instruments
    const levels = new RuntimeLevels(this.#labels)
    this.#instruments = instruments
    for (const runtime of this.#runtimes.keys()) this.#watch(runtime, instruments)
    // stays when the last runtime has closed: what is not observed any more would be told as it was
    meter.addBatchObservableCallback(
      (result) => {
        levels.read(Array.from(this.#runtimes.keys(), (runtime) => runtime.snapshot()))
        levels.observe(result, instruments)
      },
      [inFlight, queueSize, abandoned, breakerState],
    )
  }

  /** Begins to measure a runtime; gives the function that ends it. */
  add(runtime: WatchedRuntime): () => void {
    this.#runtimes.set(runtime, undefined)
    if (this.#instruments !== undefined) this.#watch(runtime, this.#instruments)
    return () => {
      this.#runtimes.get(runtime)?.unsubscribe()
      this.#runtimes.delete(runtime)
    }
  }

  #watch(runtime: WatchedRuntime, instruments: Instruments): void {
    const subscription = runtime.events$.subscribe((event) => this.#onEvent(event, instruments))
    this.#runtimes.set(runtime, subscription)
  }

  #onEvent(event: RuntimeEvent, { breakerChanges, storeErrors }: Instruments): void {
    if (event.type === 'breaker-change') {
      const key = this.#labels.of(event.key)
      breakerChanges.add(1, { [attribute.key]: key, [attribute.breakerState]: event.to })
    } else if (event.type === 'store-error') {
      storeErrors.add(1, { [attribute.store]: event.store })
    }
  }
}
