import { AssertionError } from 'node:assert'
import { describe, expect, it } from 'vitest'
import type { ContractCase, ContractSubject } from '../../src/contracts/contract.ts'
import { runCase } from '../../src/contracts/run-case.ts'
import { hurriedMachine } from './hurried-machine.ts'

/** How a broken store is made, where it says anything of its clock with that. */
type Broken<Port> = ContractSubject<Port>['create'] | ContractSubject<Port>

/** Stores that do one thing wrong, by the sentence of the contract that they break and by what they do. */
export type BrokenStores<Port> = Readonly<Record<string, Readonly<Record<string, Broken<Port>>>>>

/** Holds that each broken store is found by the test of its sentence, and that each test finds one. */
export function expectBroken<Port>(cases: readonly ContractCase<Port>[], stores: BrokenStores<Port>): void {
  for (const one of cases) {
    describe(`"${one.name}"`, () => {
      for (const [that, broken] of Object.entries(stores[one.name] ?? {})) {
        it(`finds a store that ${that}`, () => expectFound(one, broken))
      }
    })
  }

  it('every test finds something, and every broken store has a test', () => {
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(stores))
    expect(Object.values(stores).map((of) => Object.keys(of).length)).not.toContain(0)
  })
}

async function expectFound<Port>(one: ContractCase<Port>, broken: Broken<Port>): Promise<void> {
  const subject = typeof broken === 'function' ? { create: broken } : broken
  const error: unknown = await runCase(subject, one, hurriedMachine()).catch((thrown: unknown) => thrown)
  // Anything else would be a mistake of the broken store itself.
  expect(error).toBeInstanceOf(AssertionError)
  expect((error as AssertionError).message).toContain(`"${one.name}"`)
}
