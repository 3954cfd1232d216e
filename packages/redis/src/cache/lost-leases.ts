import type { CacheKey } from '@headrace/core'

/** More are not remembered: they end by themselves. */
const most = 1_000

/**
 * Leases that the server perhaps holds for nobody: their answer never came, or what gave them back was lost. Until they
 * end, all processes would wait for them.
 */
export class LostLeases {
  readonly #keys = new Map<string, CacheKey>()

  get isEmpty(): boolean {
    return this.#keys.size === 0
  }

  add(key: CacheKey, token: string): void {
    if (this.#keys.size < most) this.#keys.set(token, key)
  }

  /** Gives all of them, and forgets them: whoever cannot give one back adds it again. */
  take(): readonly (readonly [token: string, key: CacheKey])[] {
    const all = [...this.#keys]
    this.#keys.clear()
    return all
  }
}
