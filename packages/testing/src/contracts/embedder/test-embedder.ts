import type { Embedder } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { embedderCases } from './embedder-cases.ts'

/** The contract of Embedder, sentence by sentence. */
export const embedderContract: Contract<Embedder> = { port: 'Embedder', cases: embedderCases }

/** Registers a test for each sentence of the contract of Embedder. */
export function testEmbedder(subject: ContractSubject<Embedder>, runner: TestRunner): void {
  register(embedderContract, subject, withoutSkip(runner))
}
