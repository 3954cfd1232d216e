import type { VectorIndex } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { keepCases } from './keep-cases.ts'
import { searchCases } from './search-cases.ts'

/** The contract of VectorIndex, sentence by sentence. */
export const vectorIndexContract: Contract<VectorIndex> = {
  port: 'VectorIndex',
  cases: [...searchCases, ...keepCases],
}

/** Registers a test for each sentence of the contract of VectorIndex, as far as `supports` says that it is for this one. */
export function testVectorIndex(subject: ContractSubject<VectorIndex>, runner: TestRunner): void {
  register(vectorIndexContract, subject, withoutSkip(runner))
}
