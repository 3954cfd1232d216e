import type { Limiter } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { chainCases } from './chain-cases.ts'
import { permitCases } from './permit-cases.ts'
import { rateCases } from './rate-cases.ts'
import { storeCases } from './store-cases.ts'

/** The contract of Limiter, sentence by sentence. */
export const limiterContract: Contract<Limiter> = {
  port: 'Limiter',
  cases: [...rateCases, ...permitCases, ...chainCases, ...storeCases],
}

/** Registers a test for each sentence of the contract of Limiter, as far as `supports` says that it is for this one. */
export function testLimiter(subject: ContractSubject<Limiter>, runner: TestRunner): void {
  register(limiterContract, subject, withoutSkip(runner))
}
