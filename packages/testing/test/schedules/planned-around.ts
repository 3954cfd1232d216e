import { type AuditLog, type MemoryAuditLog, type Middleware, memoryAuditLog, verifyAudit } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import { Observable } from 'rxjs'
import type { AroundPlan, Schedule } from './schedule.ts'

/** What stands around the calls of a schedule. */
export interface Around {
  readonly options: { readonly middleware?: Middleware[]; readonly audit?: AuditLog }
  readonly log: MemoryAuditLog
}

/** Makes what is planned. */
export function plannedAround({ wait, isAudited }: AroundPlan, clock: TestClock): Around {
  const log = memoryAuditLog()
  const delayed: Middleware = (_, next) =>
    new Observable((subscriber) => {
      const timer = clock.setTimer(wait ?? 0, () => {
        subscriber.add(next().subscribe(subscriber))
      })
      return () => timer.cancel()
    })
  const passing: Middleware = (_, next) => next()
  const middleware = wait === undefined ? [] : [passing, wait === 0 ? passing : delayed]
  return { log, options: { middleware, ...(isAudited && { audit: log }) } }
}

/** What is wrong with what was recorded, in words: a broken chain, a call with two ends, with none, or with a late start. */
export async function auditFaultsOf(log: MemoryAuditLog, { tools }: Schedule): Promise<string[]> {
  const faults: string[] = []
  const verdict = await verifyAudit(log.records(), { head: log.head() })
  if (!verdict.ok) faults.push(`the chain of records is broken: ${JSON.stringify(verdict)}`)
  const begun = new Set<string>()
  const ended = new Set<string>()
  for await (const { body } of log.records()) {
    const { type, callId, tool, idempotencyKey: key } = JSON.parse(body) as Record<string, string>
    if (key === undefined) continue
    // an execution that calls share is its first caller's, and goes on when that has left
    const isShared = type === 'call-start' && tools[Number(tool?.slice(1))]?.isCached
    if (ended.has(key) && !isShared) faults.push(`${type} of ${callId} is recorded after its end`)
    if (type === 'call-settle') ended.add(key)
    else begun.add(key)
  }
  for (const key of begun) if (!ended.has(key)) faults.push(`${key} was begun and never ended, by its records`)
  return faults
}
