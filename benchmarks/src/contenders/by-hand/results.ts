import { forecastTool } from '../../forecast.ts'

const { ttl, entries } = forecastTool.cache

interface Kept {
  readonly key: string
  readonly result: Promise<unknown>
  readonly expiresAt: number
}

/** Results by key, running ones too. The oldest go first; a ring knows them, since a Map is slow to find its first key after deletes. */
export class Results {
  readonly #byKey = new Map<string, Kept>()
  readonly #ring: (Kept | undefined)[] = new Array(entries).fill(undefined)
  #next = 0

  get(key: string, now: number): Promise<unknown> | undefined {
    const kept = this.#byKey.get(key)
    return kept !== undefined && now < kept.expiresAt ? kept.result : undefined
  }

  set(key: string, result: Promise<unknown>, now: number): void {
    const oldest = this.#ring[this.#next]
    if (oldest !== undefined && this.#byKey.get(oldest.key) === oldest) this.#byKey.delete(oldest.key)
    const kept = { key, result, expiresAt: now + ttl }
    this.#ring[this.#next] = kept
    this.#next = (this.#next + 1) % entries
    this.#byKey.set(key, kept)
  }

  delete(key: string): void {
    this.#byKey.delete(key)
  }
}
