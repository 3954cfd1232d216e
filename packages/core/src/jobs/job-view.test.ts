import { describe, expect, it } from 'vitest'
import type { JobRecord } from '../ports/job-store.ts'
import { askFor, endUnknown, endWith, keepAlive, release, stopAsking } from './job-changes.ts'
import { viewOf } from './job-view.ts'
import { isSameJob } from './same-job.ts'

const record: JobRecord = {
  id: 'job',
  version: 3,
  state: 'working',
  tool: 'render',
  callId: 'call_1',
  arguments: '{"q":"x"}',
  idempotencyKey: 'secret',
  tenant: 't',
  mayRepeat: true,
  attempt: 2,
  createdAt: 1,
  updatedAt: 2,
  ttlMs: 10,
  pollIntervalMs: 5,
  owner: 'someone',
  leaseUntil: 9,
}

describe('the view of a job', () => {
  it('tells how it stands, and nothing that is its keeper’s business', () => {
    expect(viewOf(record)).toEqual({
      id: 'job',
      tool: 'render',
      state: 'working',
      attempt: 2,
      createdAt: 1,
      updatedAt: 2,
      ttlMs: 10,
      pollIntervalMs: 5,
    })
  })

  it('tells what is asked while it is asked, and no longer', () => {
    expect(viewOf({ ...record, ...askFor('?') })).toMatchObject({ state: 'input_required', inputRequest: '?' })
    expect(viewOf({ ...record, ...askFor('?'), state: 'working', input: 1 })).not.toHaveProperty('inputRequest')
  })

  it('has the end', () => {
    const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }
    const end = endWith({ status: 'ok', callId: 'call_1', tool: 'render', output: [1], meta })
    expect(viewOf({ ...record, ...end })).toMatchObject({
      state: 'completed',
      result: { status: 'ok', callId: 'call_1', tool: 'render', output: [1], meta },
    })
  })
})

describe('changes of a job', () => {
  it('name what they take out', () => {
    const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }
    const gone = { owner: undefined, leaseUntil: undefined }
    const unasked = { inputRequest: undefined, input: undefined }
    const call = { callId: 'call_1', tool: 'render', meta }
    expect(endWith({ status: 'cancelled', ...call, reason: 'x' })).toStrictEqual({
      state: 'cancelled',
      result: { status: 'cancelled', reason: { value: 'x' }, meta },
      ...gone,
      ...unasked,
    })
    expect(release(1)).toStrictEqual({ attempt: 1, ...gone })
    expect(stopAsking()).toStrictEqual({ state: 'working', ...unasked })
    expect(keepAlive('me', 30, 100)).toStrictEqual({ owner: 'me', heartbeatAt: 100, leaseUntil: 130 })
  })

  it('end a job whose outcome nobody knows without counting the run that does not come', () => {
    expect(endUnknown(record)).toMatchObject({
      state: 'failed',
      attempt: 1,
      result: { status: 'error', error: { code: 'OUTCOME_UNKNOWN', attempts: 1, details: { sideEffects: 'unknown' } } },
    })
  })
})

describe('two jobs of one idempotency key', () => {
  it('are the same where tool and arguments are', () => {
    expect(isSameJob(record, { ...record, id: 'other', metadata: { a: 1 }, priority: 5 })).toBe(true)
    expect(isSameJob(record, { ...record, arguments: '{"q":"y"}' })).toBe(false)
    expect(isSameJob(record, { ...record, tool: 'other' })).toBe(false)
  })
})
