import type { AuditLog } from '@headrace/core'
import type { Contract, ContractSubject, TestRunner } from '../contract.ts'
import { register, withoutSkip } from '../register.ts'
import { appendCases } from './append-cases.ts'
import { readCases } from './read-cases.ts'

/** The contract of AuditLog, sentence by sentence. */
export const auditLogContract: Contract<AuditLog> = {
  port: 'AuditLog',
  cases: [...appendCases, ...readCases],
}

/** Registers a test for each sentence of the contract of AuditLog. `create` has to give an empty log each time. */
export function testAuditLog(subject: ContractSubject<AuditLog>, runner: TestRunner): void {
  register(auditLogContract, subject, withoutSkip(runner))
}
