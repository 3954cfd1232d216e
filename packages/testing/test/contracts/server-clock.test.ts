import { type BreakerStore, type Clock, memoryBreakerStore } from '@headrace/core'
import { describe, it } from 'vitest'
import { breakerStoreContract } from '../../src/contracts/breaker-store/test-breaker-store.ts'
import { cacheStoreContract } from '../../src/contracts/cache-store/test-cache-store.ts'
import type { Contract } from '../../src/contracts/contract.ts'
import { runCase } from '../../src/contracts/run-case.ts'
import { createServerTime } from '../../src/contracts/trial-time.ts'
import { clockedStore } from './cache-store/good.ts'

/** A clock whose time passes at once where somebody waits for it. */
function hurriedClock(): Clock {
  let time = Date.UTC(2026, 0, 1)
  return {
    now: () => time,
    monotonic: () => time,
    setTimer(ms, run) {
      time += ms
      setImmediate(run)
      return { cancel() {} }
    },
  }
}

/** Runs a contract on stores that go by a clock of their own. */
function holdByServer<Port>({ port, cases }: Contract<Port>, create: (now: () => number) => Port): void {
  describe(`${port} by a clock of its own`, () => {
    for (const one of cases) {
      it(`holds: ${one.name}`, async () => {
        const clock = hurriedClock()
        await holdCase(create(clock.now), one, clock)
      })
    }
  })
}

async function holdCase<Port>(store: Port, one: Contract<Port>['cases'][number], clock: Clock): Promise<void> {
  await runCase({ clock: 'server', create: () => store }, one, () => createServerTime(clock))
}

function clockedBreakers(now: () => number): BreakerStore {
  const good = memoryBreakerStore()
  return {
    ...good,
    admit: (key, rules) => good.admit(key, rules, { now: now() }),
    record: (key, rules, outcome) => good.record(key, rules, outcome, { now: now() }),
    renew: (key, probe) => good.renew(key, probe, { now: now() }),
    set: (key, state) => good.set(key, state, { now: now() }),
  }
}

holdByServer(breakerStoreContract, clockedBreakers)
holdByServer(cacheStoreContract, clockedStore)
