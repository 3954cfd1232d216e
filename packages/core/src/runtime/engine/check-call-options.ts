import { checkKeys, checkNumber, checkObject, checkString } from '../../options/check-option.ts'
import type { CallJobOptions, CallOptions } from '../../tool/call-options.ts'

const where = 'call options'
const keys = [
  'callId',
  'signal',
  'deadline',
  'priority',
  'session',
  'tenant',
  'metadata',
  'idempotencyKey',
  'minSimilarity',
  'policy',
  'job',
]

/** Throws where an option of a call makes no sense. */
export function checkCallOptions(options: CallOptions): void {
  checkKeys(where, options, keys)
  const { signal, deadline, priority, metadata, policy } = options
  if (signal !== undefined && !(typeof signal === 'object' && 'aborted' in signal)) {
    throw new TypeError(`${where}: signal must be an AbortSignal, got ${String(signal)}`)
  }
  checkNumber(where, 'deadline', deadline, { infinite: true })
  checkNumber(where, 'priority', priority, {})
  checkNumber(where, 'minSimilarity', options.minSimilarity, { min: 0, max: 1 })
  for (const name of ['callId', 'session', 'tenant', 'idempotencyKey'] as const) checkString(where, name, options[name])
  if (metadata !== undefined) checkObject(`${where}: metadata`, metadata)
  if (policy !== undefined) checkObject(`${where}: policy`, policy)
  if (options.job !== undefined) checkJob(options.job)
}

function checkJob(job: CallJobOptions): void {
  checkKeys(`${where}: job`, job, ['waitMs', 'ttlMs'])
  checkNumber(where, 'job.waitMs', job.waitMs, { min: 0, infinite: true })
  checkNumber(where, 'job.ttlMs', job.ttlMs, { min: 0 })
}
