import type { JobStore } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { claimCases } from './claim-cases.ts'
import { createCases } from './create-cases.ts'
import { storeCases } from './store-cases.ts'
import { updateCases } from './update-cases.ts'
import { watchCases } from './watch-cases.ts'

/** The contract of JobStore, sentence by sentence. */
export const jobStoreContract: Contract<JobStore> = {
  port: 'JobStore',
  cases: [...createCases, ...updateCases, ...claimCases, ...watchCases, ...storeCases],
}

/** Registers a test for each sentence of the contract of JobStore, as far as `supports` says that it is for this store. */
export function testJobStore(subject: ContractSubject<JobStore>, runner: TestRunner): void {
  register(jobStoreContract, subject, withoutSkip(runner))
}
