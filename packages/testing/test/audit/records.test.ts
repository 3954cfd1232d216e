import { type AuditRecord, CancelReason, memoryAuditLog, verifyAudit } from '@headrace/core'
import { map } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, gate, httpError, readTool, sleep, writeTool } from '../fixture/tools.ts'
import { nextTurn, recordsOf, trailOf } from './trail.ts'

describe('the audit of a runtime', () => {
  it('has at least a record for each call, in a chain that shows whatever is changed', async () => {
    const audit = memoryAuditLog()
    const { runtime, call } = openRuntime({ tools: [readTool('echo', (input) => input)], audit })
    for (const n of [1, 2, 3]) await call('echo', { n })
    await runtime.close()
    const records = await recordsOf(audit)
    expect(records.length).toBeGreaterThanOrEqual(3)
    const second = records[1] as AuditRecord
    const changed = records.with(1, { ...second, body: second.body.replace(/./, '[') })
    expect(await verifyAudit(changed)).toEqual({ ok: false, sequence: 2, why: 'hash' })
    expect(await verifyAudit(records.slice(0, 2), { head: audit.head() })).toMatchObject({ why: 'truncated' })
  })

  it('has the intent of a call in the log before its effect is over, and its end afterwards', async () => {
    const audit = memoryAuditLog()
    const done = gate<string>()
    const { clock, call } = openRuntime({ tools: [writeTool('pay', () => done.opened)], audit })
    const pending = call('pay', { n: 1 }, { session: 's', tenant: 't', idempotencyKey: 'order-1' })
    await nextTurn()
    const who = { callId: pending.callId, tool: 'pay', session: 's', tenant: 't', idempotencyKey: 'order-1' }
    const start = { type: 'call-start', at: clock.now(), ...who, arguments: { n: 1 } }
    expect(await trailOf(audit)).toEqual([start])
    await clock.advance(20)
    done.open('paid')
    await clock.advance(0)
    await nextTurn()
    const times = { at: clock.now(), durationMs: 20, queuedMs: 0 }
    const end = { type: 'call-settle', ...who, ...times, status: 'ok', output: 'paid', attempts: 1 }
    expect(await trailOf(audit)).toEqual([start, end])
  })

  it('has one record of a call that ends before its start was on its way to the log', async () => {
    const audit = memoryAuditLog()
    const { runtime, call } = openRuntime({ tools: [readTool('echo', (input) => input)], audit })
    await call('echo', { n: 1 })
    await runtime.close()
    expect(await trailOf(audit)).toMatchObject([
      { type: 'call-settle', status: 'ok', arguments: { n: 1 }, output: { n: 1 }, attempts: 1 },
    ])
  })

  it('gives the start and the end of a call one key, which is also what the tool is given', async () => {
    const audit = memoryAuditLog()
    const keys: string[] = []
    const slow = writeTool('slow', async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey)
      await sleep(stage.clock, 10)
    })
    const stage = openRuntime({ tools: [slow], audit })
    const ids = { callId: 'call_0', tool: 'slow', arguments: {} }
    const all = stage.runtime.dispatchAll([ids, ids])
    await stage.clock.advance(10)
    await all
    await nextTurn()
    const trail = await trailOf(audit)
    expect(trail.map(({ callId, idempotencyKey }) => [callId, idempotencyKey])).toEqual(
      [...keys, ...keys].map((key) => ['call_0', key]),
    )
    expect(new Set(keys).size).toBe(2)
  })

  it('tells why calls failed that never ran, with what they were asked', async () => {
    const audit = memoryAuditLog()
    const refused = readTool('refused', () => 1, { approval: () => ({ approved: false, reason: 'not on Fridays' }) })
    const { runtime, call } = openRuntime({ tools: [refused], audit })
    await call('refused', { n: 1 }).result()
    await call('missing', { password: 'x' }).result()
    await runtime.dispatch({ tool: 'refused', arguments: '{"token":"abc","q":' }).result()
    await runtime.close()
    expect(await trailOf(audit)).toMatchObject([
      {
        tool: 'refused',
        arguments: { n: 1 },
        error: { code: 'APPROVAL_DENIED', details: { reason: 'not on Fridays' } },
      },
      { tool: 'missing', arguments: { password: '[redacted]' }, error: { code: 'TOOL_NOT_FOUND' } },
      { arguments: '{"token":"[redacted]","q":', error: { code: 'ARGUMENTS_INVALID' }, attempts: 0 },
    ])
  })

  it('tells who consented to a call, when, and to which other arguments, before the tool runs', async () => {
    const audit = memoryAuditLog()
    const answer = gate<unknown>()
    const policy = { approval: () => answer.opened as Promise<boolean> }
    const { clock, runtime, call } = openRuntime({ tools: [writeTool('pay', () => nextTurn(), policy)], audit })
    const pending = call('pay', { n: 100, token: 'abc' }, { session: 's', tenant: 't', idempotencyKey: 'order-1' })
    await clock.advance(60_000)
    await nextTurn()
    expect(await trailOf(audit)).toEqual([])
    answer.open({ approved: true, reason: 'by Ada, password=x', arguments: { n: 5, token: 'def' } })
    await clock.advance(0)
    await pending
    await runtime.close()
    const who = { callId: pending.callId, tool: 'pay', session: 's', tenant: 't', idempotencyKey: 'order-1' }
    const given = { n: 5, token: '[redacted]' }
    const at = clock.now()
    expect(await trailOf(audit)).toEqual([
      { type: 'call-approve', at, ...who, reason: 'by Ada, password=[redacted]', arguments: given },
      { type: 'call-start', at, ...who, arguments: given },
      expect.objectContaining({ type: 'call-settle', status: 'ok' }),
    ])
  })

  it('tells of a consent once and as it was, whatever becomes of the call', async () => {
    const audit = memoryAuditLog()
    const asked: string[] = []
    const flaky = (_: unknown, { attempt }: { readonly attempt: number }): string => {
      if (attempt < 3) throw httpError(503)
      return 'done'
    }
    const late = gate<boolean>()
    const tools = [
      readTool('flaky', flaky, { approval: ({ tool }) => asked.push(tool) > 0 }),
      readTool('plain', () => 1, { approval: () => ({ approved: true, arguments: 'no object' }) }),
      readTool('slow', () => 1, { approval: () => late.opened }),
    ]
    const stage = openRuntime({ tools, audit })
    const flakes = stage.call('flaky', { n: 1 })
    void stage.call('plain', { n: 2 })
    void stage.call('slow', { n: 3 }).cancel('gone')
    late.open(true)
    await stage.clock.advance(60_000)
    await flakes
    await stage.runtime.close()
    const trail = await trailOf(audit)
    expect(trail.filter(({ type }) => type === 'call-approve')).toMatchObject([
      { tool: 'flaky', callId: flakes.callId },
      { tool: 'plain', arguments: 'no object' },
    ])
    expect(trail.find(({ type }) => type === 'call-approve')).not.toHaveProperty('arguments')
    const ends = trail.filter(({ type }) => type === 'call-settle').map(({ tool, status }) => [tool, status])
    expect(new Map(ends as [string, string][])).toEqual(
      new Map([
        ['flaky', 'ok'],
        ['plain', 'error'],
        ['slow', 'cancelled'],
      ]),
    )
    expect(asked).toEqual(['flaky'])
  })

  it('reads the JSON text of a model, also where the tool does not run', async () => {
    const audit = memoryAuditLog()
    const { runtime } = openRuntime({ audit })
    await runtime.dispatch({ tool: 'missing', arguments: '{"auth":{"pwd":"x","user":"ada"}}' }).result()
    await runtime.close()
    expect(await trailOf(audit)).toMatchObject([{ arguments: { auth: { pwd: '[redacted]', user: 'ada' } } }])
  })

  it('tells attempts, cancels, layers of the cache and degraded outputs', async () => {
    const audit = memoryAuditLog()
    let tries = 0
    const flaky = readTool('flaky', () => {
      tries += 1
      if (tries < 3) throw httpError(503)
      return 'done'
    })
    const cached = readTool('cached', () => 'kept', { cache: { ttl: 1000, scope: 'shared' } })
    const spare = writeTool('spare', () => Promise.reject(new Error('token=abc')), { fallback: () => 'other' })
    const { clock, runtime, call } = openRuntime({ tools: [flaky, cached, spare, readTool('hang', forever)], audit })
    const first = call('flaky')
    const hanging = call('hang')
    await clock.advance(10_000)
    await resultOf(first)
    void hanging.cancel(new CancelReason('superseded'))
    await call('cached')
    await call('cached')
    await call('spare')
    const closed = runtime.close()
    await clock.advance(10_000)
    await closed
    const ends = (await trailOf(audit)).filter(({ type }) => type === 'call-settle')
    expect(ends).toMatchObject([
      { tool: 'flaky', status: 'ok', attempts: 3 },
      { tool: 'hang', status: 'cancelled', reason: { kind: 'superseded' } },
      { tool: 'cached', status: 'ok', attempts: 1 },
      { tool: 'cached', status: 'ok', attempts: 0, cache: 'exact', output: 'kept', arguments: {} },
      { tool: 'spare', status: 'ok', output: 'other', degraded: true },
    ])
  })

  it('tells what comes of a call after its end', async () => {
    const audit = memoryAuditLog()
    const slow = writeTool('slow', () => sleep(stage.clock, 3000), { timeout: { attempt: 1000, grace: 1000 } })
    const stage = openRuntime({ tools: [slow], audit })
    const late = stage.call('slow')
    await stage.clock.advance(5000)
    await nextTurn()
    const { callId } = late
    expect(await trailOf(audit)).toMatchObject([
      { type: 'call-start', callId },
      { type: 'call-settle', callId, error: { code: 'TIMEOUT', details: { sideEffects: 'unknown' } } },
      { type: 'call-abandon', callId, attempt: 1 },
      { type: 'late-result', callId, attempt: 1, lateByMs: 2000, outcome: 'ok' },
    ])
  })

  it('records calls that a tool makes, a fallback tool, and what middleware changes', async () => {
    const audit = memoryAuditLog()
    const inner = readTool('inner', ({ n = 0 }) => n + 1)
    const outer = readTool('outer', async (_, { call }) => call(inner, { n: 1 }))
    const broken = writeTool('broken', () => Promise.reject(new Error('x')), { fallback: inner })
    const { runtime, call } = openRuntime({
      tools: [inner, outer, broken],
      audit,
      middleware: [
        ({ tool }, next) => {
          const change = tool === 'outer' ? { arguments: { n: 7, token: 'abc' } } : {}
          return next(change).pipe(
            map((event) =>
              event.type === 'call-settle' && event.result.status === 'ok'
                ? { ...event, result: { ...event.result, output: `changed ${String(event.result.output)}` } }
                : event,
            ),
          )
        },
      ],
    })
    expect(await call('outer', { n: 0 })).toBe('changed changed 2')
    await nextTurn()
    await call('broken', { n: 4 })
    await runtime.close()
    const told = (await trailOf(audit)).map(({ type, tool, arguments: args, output }) => [type, tool, args, output])
    expect(told).toEqual([
      ['call-start', 'outer', { n: 7, token: '[redacted]' }, undefined],
      ['call-start', 'inner', { n: 1 }, undefined],
      ['call-settle', 'inner', undefined, 'changed 2'],
      ['call-settle', 'outer', undefined, 'changed changed 2'],
      ['call-start', 'broken', { n: 4 }, undefined],
      ['call-start', 'inner', { n: 4 }, undefined],
      ['call-settle', 'inner', undefined, 'changed 5'],
      ['call-settle', 'broken', undefined, 'changed changed 5'],
    ])
  })

  it('records also what middleware makes a result of any shape', async () => {
    const audit = memoryAuditLog()
    const { runtime, call } = openRuntime({
      tools: [readTool('echo', (input) => input)],
      audit,
      middleware: [() => [{ type: 'call-settle', result: { status: 'error' } }] as never],
    })
    void call('echo')
    await runtime.close()
    expect(await trailOf(audit)).toMatchObject([{ type: 'call-settle', tool: 'echo', unreadable: true }])
  })

  it('writes down what was, whatever becomes of it, and changes nothing', async () => {
    const audit = memoryAuditLog()
    const args = { list: [1], password: 'hunter2' }
    const output = { list: [2], token: 'abc' }
    const { runtime, call } = openRuntime({
      tools: [
        readTool('slow', async (given) => {
          expect(given).toEqual({ list: [1], password: 'hunter2' })
          await nextTurn()
          return output
        }),
      ],
      audit,
    })
    const pending = call('slow', args)
    args.list.push(9)
    expect(await pending).toEqual({ list: [2], token: 'abc' })
    output.list.push(9)
    await runtime.close()
    expect(args.password).toBe('hunter2')
    const [start, end] = await trailOf(audit)
    expect(start).toMatchObject({ arguments: { list: [1], password: '[redacted]' } })
    expect(end).toMatchObject({ output: { list: [2], token: '[redacted]' } })
  })

  it('goes on where an earlier runtime has ended, and beside another one on the same log', async () => {
    const audit = memoryAuditLog()
    const tools = [readTool('echo', (input) => input)]
    const first = openRuntime({ tools, audit })
    const second = openRuntime({ tools, audit })
    await first.call('echo', { n: 1 })
    await second.call('echo', { n: 2 })
    await nextTurn()
    await nextTurn()
    await first.call('echo', { n: 3 })
    await first.runtime.close()
    await second.runtime.close()
    const third = openRuntime({ tools, audit })
    await third.call('echo', { n: 4 })
    await third.runtime.close()
    expect((await trailOf(audit)).map(({ output }) => output)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])
  })

  it('takes its options from createRuntime', async () => {
    const log = memoryAuditLog()
    const audit = { log, include: { output: false }, redact: { keys: ['q'] }, batchMs: 50 }
    const { clock, call } = openRuntime({ tools: [readTool('echo', (input) => input)], audit })
    await call('echo', { n: 1, q: 'private' })
    await clock.advance(49)
    expect(log.size).toBe(0)
    await clock.advance(1)
    const [end] = await trailOf(log)
    expect(end).toMatchObject({ arguments: { n: 1, q: '[redacted]' } })
    expect(end).not.toHaveProperty('output')
    expect(() => openRuntime({ audit: { log, onAuditError: 'x' } as never })).toThrow(
      'createRuntime: audit: onAuditError',
    )
  })
})
