/**
 * The contract tests for vitest: those of the main entry, given vitest's own `describe` and `it`.
 *
 * @module
 */

import type { AuditLog, BreakerStore, CacheStore, Embedder, JobStore, Limiter, VectorIndex } from '@headrace/core'
import * as vitest from 'vitest'
import { auditLogContract } from './contracts/audit-log/test-audit-log.ts'
import { breakerStoreContract } from './contracts/breaker-store/test-breaker-store.ts'
import { cacheStoreContract } from './contracts/cache-store/test-cache-store.ts'
import type { Contract, ContractSubject } from './contracts/contract.ts'
import { embedderContract } from './contracts/embedder/test-embedder.ts'
import { jobStoreContract } from './contracts/job-store/test-job-store.ts'
import { limiterContract } from './contracts/limiter/test-limiter.ts'
import { register, type SkippingRunner } from './contracts/register.ts'
import { vectorIndexContract } from './contracts/vector-index/test-vector-index.ts'

// Each test ends by itself before that, also one that is made again on a machine that falters.
const longestMs = 20_000

// A test that has nothing to test is shown as skipped, with the reason.
const runner: SkippingRunner = {
  describe: vitest.describe,
  it: (title, run) => vitest.it(title, ({ skip }) => run(skip), longestMs),
}

const faceOf =
  <Port>(contract: Contract<Port>) =>
  (subject: ContractSubject<Port>) =>
    register(contract, subject, runner)

/** Registers a test for each sentence of the contract of BreakerStore. */
export const testBreakerStore: (subject: ContractSubject<BreakerStore>) => void = faceOf(breakerStoreContract)

/** Registers a test for each sentence of the contract of CacheStore. */
export const testCacheStore: (subject: ContractSubject<CacheStore>) => void = faceOf(cacheStoreContract)

/** Registers a test for each sentence of the contract of JobStore. */
export const testJobStore: (subject: ContractSubject<JobStore>) => void = faceOf(jobStoreContract)

/** Registers a test for each sentence of the contract of AuditLog. `create` has to give an empty log each time. */
export const testAuditLog: (subject: ContractSubject<AuditLog>) => void = faceOf(auditLogContract)

/** Registers a test for each sentence of the contract of Limiter. */
export const testLimiter: (subject: ContractSubject<Limiter>) => void = faceOf(limiterContract)

/** Registers a test for each sentence of the contract of VectorIndex. */
export const testVectorIndex: (subject: ContractSubject<VectorIndex>) => void = faceOf(vectorIndexContract)

/** Registers a test for each sentence of the contract of Embedder. */
export const testEmbedder: (subject: ContractSubject<Embedder>) => void = faceOf(embedderContract)
