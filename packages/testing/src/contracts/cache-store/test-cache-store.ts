import type { CacheStore } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { entryCases } from './entry-cases.ts'
import { epochCases } from './epoch-cases.ts'
import { expiryCases } from './expiry-cases.ts'
import { leaseCases } from './lease-cases.ts'
import { storeCases } from './store-cases.ts'

/** The contract of CacheStore, sentence by sentence. */
export const cacheStoreContract: Contract<CacheStore> = {
  port: 'CacheStore',
  cases: [...entryCases, ...expiryCases, ...epochCases, ...leaseCases, ...storeCases],
}

/** Registers a test for each sentence of the contract of CacheStore, as far as `supports` says that it is for this store. */
export function testCacheStore(subject: ContractSubject<CacheStore>, runner: TestRunner): void {
  register(cacheStoreContract, subject, withoutSkip(runner))
}
