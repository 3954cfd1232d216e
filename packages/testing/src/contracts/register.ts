import type { Contract, ContractSubject, TestRunner } from './contract.ts'
import { runCase } from './run-case.ts'

/** Registers every test of a contract. A test that has nothing to test in this store passes. */
export function register<Port>(contract: Contract<Port>, subject: ContractSubject<Port>, runner: TestRunner): void {
  const { port, cases } = contract
  runner.describe(subject.title ?? port, () => {
    for (const one of cases) runner.it(one.name, () => runCase(subject, one).then(() => {}))
  })
}
