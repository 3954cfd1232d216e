import { type BreakerRules, type BreakerStore, memoryBreakerStore } from '@headrace/core'

type GoodStore = ReturnType<typeof memoryBreakerStore>

/** The breaker store in memory, with some of its methods replaced. */
export function broken(change: (good: GoodStore) => Partial<BreakerStore>): () => BreakerStore {
  return () => {
    const good = memoryBreakerStore()
    return { ...good, ...change(good) }
  }
}

/** One that goes by other rules than it is given. */
export function ruled(change: (rules: BreakerRules) => Partial<BreakerRules>): () => BreakerStore {
  return broken((good) => ({
    admit: (key, rules, options) => good.admit(key, { ...rules, ...change(rules) }, options),
    record: (key, rules, outcome, options) => good.record(key, { ...rules, ...change(rules) }, outcome, options),
  }))
}
