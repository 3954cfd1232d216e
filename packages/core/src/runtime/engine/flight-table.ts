import { shortName } from '../../json/short-name.ts'
import type { SharedRun } from './shared-run.ts'

/**
 * Where a flight stands, until it is taken out. V8 keeps the tables from which a Map has grown or shrunk alive, with all
 * that stood in them, from one to the next: a flight in them would outlive many collections, and all its calls with it.
 */
interface Berth {
  flight: SharedRun | undefined
}

/** The executions that equal calls share now: by partition, then by key, so that no look-up has to join the two. */
export class FlightTable {
  size = 0
  readonly #partitions = new Map<string, Map<string, Berth>>()

  get(partition: string, key: string): SharedRun | undefined {
    return this.size === 0 ? undefined : this.#partitions.get(partition)?.get(shortName(key))?.flight
  }

  add(partition: string, key: string, flight: SharedRun): void {
    let flights = this.#partitions.get(partition)
    if (flights === undefined) {
      flights = new Map()
      this.#partitions.set(partition, flights)
    }
    const before = flights.size
    flights.set(shortName(key), { flight })
    this.size += flights.size - before
  }

  /** Takes a flight out, unless another one has its place. */
  remove(partition: string, key: string, flight: SharedRun): void {
    const flights = this.#partitions.get(partition)
    const name = shortName(key)
    const berth = flights?.get(name)
    if (flights === undefined || berth?.flight !== flight) return
    berth.flight = undefined
    flights.delete(name)
    this.size -= 1
    // a shared partition is used again at once; those of tenants must not pile up
    if (flights.size === 0 && this.#partitions.size > 100) this.#partitions.delete(partition)
  }

  /** Takes flights out of one partition, or of all: they end as they would have, but nobody joins them any more. */
  detach(partition: string | undefined, isOutdated: (flight: SharedRun) => boolean): void {
    const found = partition === undefined ? [...this.#partitions.values()] : [this.#partitions.get(partition)]
    for (const flights of found) {
      for (const [key, berth] of flights ?? []) {
        if (berth.flight === undefined || !isOutdated(berth.flight)) continue
        berth.flight = undefined
        flights?.delete(key)
        this.size -= 1
      }
    }
  }
}
