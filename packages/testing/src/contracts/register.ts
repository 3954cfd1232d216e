import type { Contract, ContractSubject, TestRunner } from './contract.ts'
import { runCase } from './run-case.ts'

/** A test runner that can be told, by the running test, why it has nothing to test. */
export interface SkippingRunner {
  describe(title: string, register: () => void): unknown
  it(title: string, run: (skip: (why: string) => void) => Promise<void>): unknown
}

/** Registers every test of a contract. */
export function register<Port>(contract: Contract<Port>, subject: ContractSubject<Port>, runner: SkippingRunner): void {
  const { port, cases } = contract
  runner.describe(subject.title ?? port, () => {
    for (const one of cases) {
      runner.it(one.name, async (skip) => {
        const why = await runCase(subject, one)
        if (why !== undefined) skip(why)
      })
    }
  })
}

/** For a runner of which nothing more is known: there, a test that has nothing to test passes. */
export function withoutSkip({ describe, it }: TestRunner): SkippingRunner {
  return { describe, it: (title, run) => it(title, () => run(() => {})) }
}
