import { describe, expect, it } from 'vitest'
import { CancelReason } from './cancel-reason.ts'
import { toModel } from './model-reply.ts'
import { ToolError } from './tool-error.ts'

describe('toModel', () => {
  it('passes an output on as it is', () => {
    const output = { rows: [1] }
    expect(toModel({ status: 'ok', output })).toEqual({ status: 'ok', output })
  })

  it('renders an error', () => {
    const error = new ToolError({ code: 'TIMEOUT', message: 'm', tool: 't', callId: 'c', attempts: 2 })
    expect(toModel({ status: 'error', error })).toEqual({ status: 'error', error: error.toModel() })
  })

  it('tells why Headrace cancelled a call, but not the reason of a caller', () => {
    const ours = toModel({ status: 'cancelled', reason: new CancelReason('sibling-failed') })
    expect(ours).toMatchObject({ status: 'cancelled' })
    expect(JSON.stringify(ours)).toContain('Another call of the same scope failed.')
    const theirs = toModel({ status: 'cancelled', reason: new Error('user bob left') })
    expect(JSON.stringify(theirs)).not.toContain('bob')
  })

  it('names the job of a pending call and when to ask', () => {
    const job = { id: 'j1', state: 'working', pollIntervalMs: 1500, attempt: 1, ttlMs: 5 }
    const reply = toModel({ status: 'pending', job })
    expect(reply).toMatchObject({ status: 'pending', job: { id: 'j1', state: 'working', pollIntervalMs: 1500 } })
    expect(JSON.stringify(reply)).toContain('in 2 seconds')
    expect(JSON.stringify(reply)).not.toContain('ttlMs')
  })
})
