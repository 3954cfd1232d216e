import { describe, expect, it } from 'vitest'
import type { CallMeta, CallResult } from '../call/call-result.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { ToolError } from '../errors/tool-error.ts'
import { canonicalJson } from '../json/plain-json.ts'
import { memoryAuditLog } from '../memory/memory-audit-log.ts'
import { type AuditOptions, resolveAudit } from './audit-options.ts'
import { CallBodies, type CallFacts, unreadableBody } from './call-bodies.ts'

const bodiesWith = (options: Omit<AuditOptions, 'log'> = {}): CallBodies =>
  new CallBodies(resolveAudit({ log: memoryAuditLog(), ...options }))

const factsWith = (facts: Partial<CallFacts> = {}): CallFacts => {
  const nobody = { session: undefined, tenant: undefined }
  return { callId: 'call-1', tool: 'pay', idempotencyKey: 'key-1', arguments: '', ...nobody, ...facts }
}

const place = { callId: 'call-1', tool: 'pay' }
const meta: CallMeta = { queuedMs: 0, durationMs: 1.23456, attempts: 1 }

/** Reads a body, which has to be canonical JSON. */
function read(body: string): Record<string, unknown> {
  const value = JSON.parse(body) as Record<string, unknown>
  expect(body).toBe(canonicalJson(value))
  return value
}

function settle(result: object, facts: Partial<CallFacts> = {}): Record<string, unknown> {
  return read(bodiesWith().settle(factsWith(facts), { ...place, ...result } as CallResult, 1000))
}

describe('CallBodies', () => {
  it('tells the start of a call, with its arguments redacted', () => {
    const bodies = bodiesWith()
    const given = bodies.arguments({ z: 1, card: { token: 'abc' }, url: 'https://a:b@c' })
    const facts = factsWith({ session: 's', tenant: 't "1"', arguments: given })
    expect(read(bodies.start(facts, 1000))).toEqual({
      type: 'call-start',
      at: 1000,
      callId: 'call-1',
      tool: 'pay',
      session: 's',
      tenant: 't "1"',
      idempotencyKey: 'key-1',
      arguments: { z: 1, card: { token: '[redacted]' }, url: 'https://[redacted]@c' },
    })
    expect(Object.keys(read(bodies.start(factsWith(), 1000)))).not.toContain('arguments')
  })

  it('tells that somebody has consented to a call, why, and to which other arguments', () => {
    const bodies = bodiesWith()
    const who = { callId: 'call-1', tool: 'pay', idempotencyKey: 'key-1' }
    expect(read(bodies.approve(factsWith(), undefined, 1000))).toEqual({ type: 'call-approve', at: 1000, ...who })
    const facts = factsWith({ session: 's', tenant: 't', arguments: bodies.arguments({ amount: 5, password: 'x' }) })
    expect(read(bodies.approve(facts, 'by Ada, token=abc', 1000))).toEqual({
      type: 'call-approve',
      at: 1000,
      ...who,
      session: 's',
      tenant: 't',
      reason: 'by Ada, token=[redacted]',
      arguments: { amount: 5, password: '[redacted]' },
    })
  })

  it('tells how a call ended', () => {
    const output = { id: 7, secret: 'x' }
    expect(settle({ status: 'ok', output, meta }, { session: 's', tenant: 't' })).toEqual({
      type: 'call-settle',
      at: 1000,
      ...place,
      session: 's',
      tenant: 't',
      idempotencyKey: 'key-1',
      status: 'ok',
      output: { id: 7, secret: '[redacted]' },
      attempts: 1,
      durationMs: 1.235,
      queuedMs: 0,
    })
    const cached = { ...meta, attempts: 0, cache: { layer: 'exact', ageMs: 5 }, degraded: true } as const
    const given = bodiesWith().arguments({ n: 1 })
    const hit = settle({ status: 'ok', output: undefined, meta: cached }, { arguments: given })
    expect(hit).toMatchObject({ cache: 'exact', degraded: true, attempts: 0, arguments: { n: 1 } })
    expect(Object.keys(hit)).not.toContain('output')
  })

  it('tells the code, message and details of an error, redacted', () => {
    const details = { status: 503, apiKey: 'abc', reason: 'too much' }
    const message = `no password=hunter2 ${'x'.repeat(5000)}`
    const error = new ToolError({ code: 'EXECUTION_FAILED', message, ...place, retryable: true, details })
    const told = settle({ status: 'error', error, meta }).error as Record<string, unknown>
    expect(told).toMatchObject({ code: 'EXECUTION_FAILED', retryable: true })
    expect(told.details).toEqual({ status: 503, apiKey: '[redacted]', reason: 'too much' })
    expect(told.message).toMatch(/^no password=\[redacted\] x+… \[\d+ more characters\]$/)
    const bare = new ToolError({ code: 'TIMEOUT', message: 'late', ...place })
    expect(settle({ status: 'error', error: bare, meta }).error).toEqual({
      code: 'TIMEOUT',
      message: 'late',
      retryable: false,
    })
  })

  it.each([
    [new CancelReason('sibling-failed'), { kind: 'sibling-failed', message: 'Another call of the same scope failed.' }],
    [new Error('token=abc'), { kind: 'caller', message: 'token=[redacted]' }],
    ['changed my mind', { kind: 'caller', message: 'changed my mind' }],
    [undefined, { kind: 'caller' }],
    [{ any: 'thing' }, { kind: 'caller' }],
  ])('tells who cancelled by %o', (reason, told) => {
    expect(settle({ status: 'cancelled', reason, meta }).reason).toEqual(told)
  })

  it('names the job of a call that goes on as one', () => {
    const job = { id: 'job-1' }
    expect(settle({ status: 'pending', job, meta })).toMatchObject({
      status: 'pending',
      job: 'job-1',
    })
  })

  it('tells what a tool did after the end of its call', () => {
    const bodies = bodiesWith()
    const late = { type: 'late-result', ...place, at: 1000, attempt: 2, lateByMs: 1.00049, outcome: 'ok' } as const
    expect(read(bodies.afterlife(late))).toEqual({ ...late, lateByMs: 1 })
    const abandoned = { type: 'call-abandon', ...place, at: 1000, attempt: 2 } as const
    expect(read(bodies.afterlife(abandoned))).toEqual(abandoned)
  })

  it('leaves arguments and outputs out where it is told to', () => {
    const bodies = bodiesWith({ include: { arguments: false, output: false } })
    expect(bodies.arguments({ n: 1 })).toBe('')
    const result = { status: 'ok', ...place, output: { n: 1 }, meta } as const
    expect(Object.keys(read(bodies.settle(factsWith(), result, 1000)))).not.toContain('output')
  })

  it('goes by the rules of the user', () => {
    const bodies = bodiesWith({ redact: { keys: ['iban'], text: (text) => text.replaceAll('Ada', 'A.') } })
    expect(bodies.arguments({ iban: 1, name: 'Ada' })).toBe('"arguments":{"iban":"[redacted]","name":"A."},')
  })

  it('cuts long names, and takes secrets out of names of tools, which a model may have made up', () => {
    const long = 'n'.repeat(300)
    const told = settle({ status: 'ok', output: 1, meta }, { callId: long, session: long, tool: 'x password=y' })
    expect(told).toMatchObject({ callId: `${'n'.repeat(256)}…`, session: `${'n'.repeat(256)}…` })
    expect(told.tool).toBe('x password=[redacted]')
  })

  it('has a body for what cannot be read', () => {
    expect(read(unreadableBody('call-settle', factsWith(), 1000))).toEqual({
      ...place,
      type: 'call-settle',
      at: 1000,
      unreadable: true,
    })
    expect(read(unreadableBody('call-settle', factsWith(), Number.NaN))).not.toHaveProperty('at')
  })
})
