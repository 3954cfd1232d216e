import type { BreakerStore } from '@headrace/core'
import { describe, it } from 'vitest'
import { breakerStoreContract } from './contracts/breaker-store/test-breaker-store.ts'
import type { Contract, ContractSubject } from './contracts/contract.ts'
import { runCase } from './contracts/run-case.ts'

/** Registers a test for each sentence of the contract of BreakerStore. */
export const testBreakerStore: (subject: ContractSubject<BreakerStore>) => void = faceOf(breakerStoreContract)

/** Registers with vitest, where a test that has nothing to test in this store is skipped and says why. */
function faceOf<Port>({ port, cases }: Contract<Port>): (subject: ContractSubject<Port>) => void {
  return (subject) => {
    describe(subject.title ?? port, () => {
      for (const one of cases) {
        it(one.name, async ({ skip }) => {
          const why = await runCase(subject, one)
          if (why !== undefined) skip(why)
        })
      }
    })
  }
}
