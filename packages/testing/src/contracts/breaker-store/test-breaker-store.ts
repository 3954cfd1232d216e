import type { BreakerStore } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { generationCases } from './generation-cases.ts'
import { openingCases } from './opening-cases.ts'
import { probeCases } from './probe-cases.ts'
import { storeCases } from './store-cases.ts'
import { viewCases } from './view-cases.ts'

/** The contract of BreakerStore, sentence by sentence. */
export const breakerStoreContract: Contract<BreakerStore> = {
  port: 'BreakerStore',
  cases: [...openingCases, ...probeCases, ...generationCases, ...viewCases, ...storeCases],
}

/** Registers a test for each sentence of the contract of BreakerStore. */
export function testBreakerStore(subject: ContractSubject<BreakerStore>, runner: TestRunner): void {
  register(breakerStoreContract, subject, withoutSkip(runner))
}
