import type { RuntimeEvent, WatchedRuntime } from '@headrace/core'
import type { BatchObservableCallback, Meter } from '@opentelemetry/api'
import type { Subscription } from 'rxjs'
import { attribute } from './attribute.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import type { KeyLabels } from './key-labels.ts'
import { observeLevels } from './runtime-levels.ts'

/** Measures runtimes beside their calls, from when a meter is there. */
export class RuntimeMeter {
  readonly #labels: KeyLabels
  readonly #runtimes = new Map<WatchedRuntime, Subscription | undefined>()
  #meter: Meter | undefined = undefined
  #instruments: Instruments | undefined = undefined

  constructor(labels: KeyLabels) {
    this.#labels = labels
  }

  /** Undefined where nobody measures. */
  get instruments(): Instruments | undefined {
    return this.#instruments
  }

  /** A meter is there. */
  open(meter: Meter): void {
    if (this.#instruments !== undefined) return
    this.#meter = meter
    this.#instruments = createInstruments(meter)
    for (const runtime of this.#runtimes.keys()) this.#watch(runtime)
  }

  /** Begins to measure a runtime; gives the function that ends it. */
  add(runtime: WatchedRuntime): () => void {
    this.#runtimes.set(runtime, undefined)
    if (this.#instruments !== undefined) this.#watch(runtime)
    return () => this.#remove(runtime)
  }

  #watch(runtime: WatchedRuntime): void {
    const isFirst = Array.from(this.#runtimes.values()).every((subscription) => subscription === undefined)
    const subscription = runtime.events$.subscribe((event) => this.#onEvent(event))
    this.#runtimes.set(runtime, subscription)
    if (isFirst) this.#levels('addBatchObservableCallback')
  }

  #remove(runtime: WatchedRuntime): void {
    if (!this.#runtimes.has(runtime)) return
    this.#runtimes.get(runtime)?.unsubscribe()
    this.#runtimes.delete(runtime)
    if (this.#runtimes.size === 0) this.#levels('removeBatchObservableCallback')
  }

  #levels(change: 'addBatchObservableCallback' | 'removeBatchObservableCallback'): void {
    if (this.#instruments === undefined) return
    const { inFlight, queueSize, abandoned, breakerState } = this.#instruments
    this.#meter?.[change](this.#observe, [inFlight, queueSize, abandoned, breakerState])
  }

  readonly #observe: BatchObservableCallback = (result) => {
    if (this.#instruments === undefined) return
    const snapshots = Array.from(this.#runtimes.keys(), (runtime) => runtime.snapshot())
    observeLevels(result, snapshots, { instruments: this.#instruments, labels: this.#labels })
  }

  #onEvent(event: RuntimeEvent): void {
    if (event.type === 'breaker-change') {
      const attributes = { [attribute.key]: this.#labels.of(event.key), [attribute.breakerState]: event.to }
      this.#instruments?.breakerChanges.add(1, attributes)
    } else if (event.type === 'store-error') {
      this.#instruments?.storeErrors.add(1, { [attribute.store]: event.store })
    }
  }
}
