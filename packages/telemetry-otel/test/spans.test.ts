import { CancelReason } from '@headrace/core'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { openStage } from './fixture/open-telemetry-stage.ts'
import { forever, httpError, readTool, sleep } from './fixture/tools.ts'

const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId
const eventsOf = ({ events }: ReadableSpan): unknown[] => events.map(({ name, attributes }) => [name, attributes])

describe('the span of a call', () => {
  it("has the conventions' name, kind and attributes, and ours of what the call cost", async () => {
    const { clock, runtime, span } = openStage({
      telemetry: { agentName: 'researcher' },
      tools: [readTool('search', ({ q }) => q)],
    })
    runtime.dispatch({ callId: 'call_0', tool: 'search', arguments: '{"q":"tea"}' })
    await clock.advance(1)
    const ended = span('execute_tool search')
    expect([ended.kind, ended.status.code, ended.instrumentationScope.name]).toEqual([
      SpanKind.INTERNAL,
      SpanStatusCode.UNSET,
      '@headrace/telemetry-otel',
    ])
    expect(ended.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_0',
      'gen_ai.tool.description': 'What search does',
      'gen_ai.agent.name': 'researcher',
      'headrace.outcome': 'ok',
      'headrace.attempts': 1,
    })
  })

  it('is the parent of what the tool does, also behind a queue and after a retry, and of its child calls', async () => {
    const { clock, runtime, tracerProvider, spans, span } = openStage({
      tools: [
        readTool('child', () => tracerProvider.getTracer('http').startSpan('GET').end()),
        readTool(
          'parent',
          async (_, { attempt, call }) => {
            await sleep(clock, 5)
            await call('child', {})
            if (attempt === 1) throw httpError(503)
          },
          { concurrency: { max: 1 } },
        ),
        readTool('busy', () => sleep(clock, 50), { concurrency: { max: 1, key: () => 'parent' } }),
      ],
    })
    runtime.call('busy', {})
    const tracer = tracerProvider.getTracer('app')
    const app = tracer.startSpan('turn')
    context.with(trace.setSpan(context.active(), app), () => {
      runtime.call('parent', {})
    })
    app.end()
    await clock.advance(60_000)
    const parent = span('execute_tool parent')
    const children = spans().filter(({ name }) => name === 'execute_tool child')
    const requests = spans().filter(({ name }) => name === 'GET')
    expect(parentOf(parent)).toBe(app.spanContext().spanId)
    expect(children.map(parentOf)).toEqual([parent.spanContext().spanId, parent.spanContext().spanId])
    expect(requests.map(parentOf)).toEqual(children.map((child) => child.spanContext().spanId))
    expect(new Set([parent, ...children, ...requests].map((each) => each.spanContext().traceId)).size).toBe(1)
    expect(parent.attributes).toMatchObject({ 'headrace.attempts': 2, 'headrace.queue.wait': expect.any(Number) })
  })

  it('is no parent of the next call of a stream of calls', async () => {
    const { clock, runtime, spans } = openStage({ tools: [readTool('one', () => sleep(clock, 5))] })
    const calls = [1, 2, 3].map(() => ({ tool: 'one', arguments: {} }))
    runtime.dispatchMany$(calls, { concurrency: 1 }).subscribe()
    await clock.advance(100)
    expect(spans().map(parentOf)).toEqual([undefined, undefined, undefined])
  })

  it('has an error as its status only where the call failed, by its code', async () => {
    const { clock, runtime, span } = openStage({
      tools: [
        readTool('failing', () => {
          throw new Error('no such city')
        }),
        readTool('slow', forever, { timeout: { total: 1_000 }, retry: false }),
        readTool('left', forever),
        readTool('ended', forever),
      ],
    })
    for (const tool of ['failing', 'slow', 'missing']) runtime.dispatch({ tool, arguments: {} })
    const left = runtime.call('left', {})
    const ended = runtime.call('ended', {})
    void left.cancel(new Error('a secret of the caller'))
    void ended.cancel(new CancelReason('shutdown'))
    await clock.advance(5_000)
    expect(span('execute_tool failing')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no such city' },
      attributes: { 'error.type': 'EXECUTION_FAILED', 'headrace.outcome': 'error' },
    })
    expect(span('execute_tool slow').attributes).toMatchObject({ 'error.type': 'DEADLINE_EXCEEDED' })
    expect(span('execute_tool').attributes).toMatchObject({
      'gen_ai.tool.name': 'missing',
      'error.type': 'TOOL_NOT_FOUND',
    })
    expect(span('execute_tool left').status.code).toBe(SpanStatusCode.UNSET)
    expect(span('execute_tool left').attributes).toMatchObject({ 'headrace.outcome': 'cancelled' })
    expect(span('execute_tool left').attributes).not.toHaveProperty(['error.type'])
    expect(span('execute_tool ended').attributes).toMatchObject({ 'headrace.cancel.kind': 'shutdown' })
  })

  it('tells of retries with their delays, of extra attempts and of fallbacks', async () => {
    const { clock, runtime, span } = openStage({
      tools: [
        readTool(
          'flaky',
          (_, { attempt }) => {
            if (attempt < 3) throw httpError(503)
          },
          { retry: { backoff: () => 250 } },
        ),
        readTool('slow', (_, { attempt }) => (attempt === 1 ? forever() : 1), { hedge: { after: 10 } }),
        readTool('down', () => Promise.reject(new Error('down')), { fallback: () => 'spare', retry: false }),
      ],
    })
    for (const tool of ['flaky', 'slow', 'down']) runtime.call(tool, {})
    await clock.advance(5_000)
    const error = { 'error.type': 'EXECUTION_FAILED', 'headrace.error.message': 'upstream 503' }
    const failed = (attempt: number): unknown[] => [
      ['headrace.attempt.fail', { 'headrace.attempt': attempt, ...error }],
      ['headrace.retry', { 'headrace.attempt': attempt, 'headrace.delay': 0.25, ...error }],
    ]
    expect(eventsOf(span('execute_tool flaky'))).toEqual([...failed(1), ...failed(2)])
    expect(eventsOf(span('execute_tool slow'))).toEqual([['headrace.hedge', { 'headrace.attempt': 2 }]])
    const down = span('execute_tool down')
    expect(eventsOf(down).at(-1)).toEqual([
      'headrace.fallback',
      { 'error.type': 'EXECUTION_FAILED', 'headrace.error.message': 'down' },
    ])
    expect(down.attributes).toMatchObject({ 'headrace.degraded': true, 'headrace.outcome': 'ok' })
  })

  it('tells of breakers that refuse, of limits that make wait, and of approval', async () => {
    const { clock, runtime, spans } = openStage({
      tools: [
        readTool('down', () => Promise.reject(httpError(500)), { retry: false, breaker: { consecutiveFailures: 1 } }),
        readTool('few', () => 1, { rateLimit: { limit: 1, per: 1_000 } }),
        readTool('asked', () => 1, { approval: () => Promise.resolve(true) }),
      ],
    })
    runtime.call('down', {})
    await clock.advance(1)
    for (const tool of ['down', 'few', 'few', 'asked']) runtime.call(tool, {})
    await clock.advance(2_000)
    const events = spans().flatMap(eventsOf)
    expect(events).toContainEqual(['headrace.breaker.reject', { 'headrace.key': 'down' }])
    expect(events).toContainEqual(['headrace.limiter.wait', { 'headrace.key': 'few 1/1000ms', 'headrace.delay': 1 }])
    expect(events).toContainEqual(['headrace.approval.wait', undefined])
  })

  it('says which layer of the cache answered, and how old the answer is', async () => {
    const { clock, runtime, spans } = openStage({
      tools: [readTool('read', () => sleep(clock, 5).then(() => 1), { cache: { ttl: 60_000, scope: 'shared' } })],
    })
    runtime.call('read', {})
    runtime.call('read', {})
    await clock.advance(1_000)
    runtime.call('read', {})
    await clock.advance(1)
    const told = spans().map(({ attributes }) => [
      attributes['headrace.cache.layer'],
      attributes['headrace.cache.age'],
      attributes['headrace.attempts'],
    ])
    expect(told).toEqual(
      expect.arrayContaining([
        [undefined, undefined, 1],
        ['in-flight', 0, 0],
        ['exact', 0.995, 0],
      ]),
    )
  })

  it('can be left to another library', async () => {
    const { clock, runtime, spans, points } = openStage({
      telemetry: { spans: false },
      tools: [readTool('one', () => trace.getActiveSpan())],
    })
    const called = runtime.call('one', {})
    await clock.advance(1)
    expect([await called, spans()]).toEqual([undefined, []])
    expect(await points('gen_ai.execute_tool.duration')).toHaveLength(1)
  })
})

describe('spans inside the span of a call', () => {
  it('of attempts are the parents of what each attempt does, also of attempts beside each other', async () => {
    const { clock, runtime, tracerProvider, spans, span } = openStage({
      telemetry: { spans: { attempts: true } },
      tools: [
        readTool(
          'slow',
          async (_, { attempt }) => {
            await sleep(clock, attempt === 1 ? 100 : 20)
            tracerProvider.getTracer('http').startSpan(`GET ${attempt}`).end()
            if (attempt === 2) throw httpError(404)
          },
          { hedge: { after: 10 } },
        ),
      ],
    })
    runtime.call('slow', {})
    await clock.advance(1_000)
    const attempts = spans().filter(({ name }) => name === 'headrace.attempt')
    const call = span('execute_tool slow').spanContext().spanId
    expect(attempts.map(({ attributes, status }) => [attributes['headrace.attempt'], status.code])).toEqual([
      [2, SpanStatusCode.ERROR],
      [1, SpanStatusCode.UNSET],
    ])
    expect(attempts.map(parentOf)).toEqual([call, call])
    const [second, first] = attempts.map((attempt) => attempt.spanContext().spanId)
    expect([parentOf(span('GET 1')), parentOf(span('GET 2'))]).toEqual([first, second])
  })

  it('of attempts are the parents of every step of a tool that streams, one for each attempt', async () => {
    const { clock, runtime, tracerProvider, spans, span } = openStage({
      telemetry: { spans: { attempts: true } },
      tools: [
        readTool('stream', async function* steps() {
          for (const step of [1, 2]) {
            tracerProvider.getTracer('http').startSpan('GET').end()
            await sleep(clock, 5)
            yield step
          }
        }),
      ],
    })
    runtime.call('stream', {})
    await clock.advance(100)
    const attempt = span('headrace.attempt').spanContext().spanId
    expect(
      spans()
        .filter(({ name }) => name === 'GET')
        .map(parentOf),
    ).toEqual([attempt, attempt])
  })

  it('of waits in queues begin and end with the wait, also where the call is given up', async () => {
    const { clock, runtime, spans } = openStage({
      telemetry: { spans: { queue: true } },
      tools: [readTool('one', () => sleep(clock, 50), { concurrency: { max: 1, queueTimeout: 60 } })],
    })
    for (const _ of [1, 2, 3]) runtime.call('one', {})
    await clock.advance(1_000)
    const waits = spans().filter(({ name }) => name === 'headrace.queue')
    expect(waits.map(({ attributes }) => attributes)).toEqual([
      { 'gen_ai.tool.name': 'one', 'headrace.key': 'one' },
      { 'gen_ai.tool.name': 'one', 'headrace.key': 'one' },
    ])
  })

  it('of waits in queues end where the call leaves the queue without a run of the tool', async () => {
    const { clock, runtime, spans } = openStage({
      telemetry: { spans: { queue: true } },
      tools: [
        readTool('down', (_, { attempt }) => sleep(clock, 50).then(() => Promise.reject(httpError(500 + attempt))), {
          retry: false,
          concurrency: { max: 1 },
          breaker: { consecutiveFailures: 1 },
          fallback: () => sleep(clock, 10_000),
        }),
      ],
    })
    for (const _ of [1, 2]) runtime.call('down', {})
    await clock.advance(60_000)
    expect(spans().map(({ name }) => name)).toEqual(['headrace.queue', 'execute_tool down', 'execute_tool down'])
  })

  it('are not there unless asked for', async () => {
    const { clock, runtime, spans } = openStage({
      tools: [readTool('one', () => sleep(clock, 5), { concurrency: { max: 1 } })],
    })
    for (const _ of [1, 2]) runtime.call('one', {})
    await clock.advance(100)
    expect(spans().map(({ name }) => name)).toEqual(['execute_tool one', 'execute_tool one'])
  })
})
