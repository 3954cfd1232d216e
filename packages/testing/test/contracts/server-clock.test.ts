import { describe, it } from 'vitest'
import { breakerStoreContract } from '../../src/contracts/breaker-store/test-breaker-store.ts'
import { cacheStoreContract } from '../../src/contracts/cache-store/test-cache-store.ts'
import type { Contract } from '../../src/contracts/contract.ts'
import { jobStoreContract } from '../../src/contracts/job-store/test-job-store.ts'
import { limiterContract } from '../../src/contracts/limiter/test-limiter.ts'
import { type Machine, runCase } from '../../src/contracts/run-case.ts'
import { vectorIndexContract } from '../../src/contracts/vector-index/test-vector-index.ts'
import { clockedBreakers, clockedCache, clockedIndex, clockedJobs, clockedLimits } from './clocked-stores.ts'
import { hurriedMachine } from './hurried-machine.ts'

/** Runs a contract on stores that go by a clock of their own. */
function holdByServer<Port>({ port, cases }: Contract<Port>, create: (now: () => number) => Port): void {
  describe(`${port} by a clock of its own`, () => {
    for (const one of cases) {
      it(`holds: ${one.name}`, async () => {
        const machine = hurriedMachine()
        await holdCase(create(machine.clock.now), one, machine)
      })
    }
  })
}

async function holdCase<Port>(store: Port, one: Contract<Port>['cases'][number], machine: Machine): Promise<void> {
  await runCase({ clock: 'server', create: () => store }, one, machine)
}

holdByServer(breakerStoreContract, clockedBreakers)
holdByServer(cacheStoreContract, clockedCache)
holdByServer(jobStoreContract, clockedJobs)
holdByServer(limiterContract, clockedLimits)
holdByServer(vectorIndexContract, clockedIndex)
