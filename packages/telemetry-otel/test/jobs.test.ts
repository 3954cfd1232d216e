import { createRuntime, memoryJobStore, type Runtime, type Tool } from '@headrace/core'
import { openTelemetry } from '@headrace/telemetry-otel'
import { createTestClock } from '@headrace/testing'
import { context, trace } from '@opentelemetry/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect } from './fixture/open-telemetry-stage.ts'
import { readTool, sleep } from './fixture/tools.ts'

const remote = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const traceparent = `00-${remote.traceId}-${remote.spanId}-01`

/** Opens runtimes that share a store of jobs; their tool takes ten minutes. */
function openAll() {
  const collected = collect()
  const { tracerProvider } = collected
  const clock = createTestClock()
  const store = memoryJobStore({ shared: true })
  const tool: Tool = {
    ...readTool(
      'render',
      () => sleep(clock, 600_000).then(() => tracerProvider.getTracer('http').startSpan('PUT').end()),
      {
        timeout: { attempt: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY },
        concurrency: { max: 1 },
      },
    ),
    execution: { taskSupport: 'required' },
  }
  const open = (): Runtime => {
    const telemetry = openTelemetry({ tracerProvider })
    const runtime: Runtime = createRuntime({ clock, telemetry, jobs: store, tools: [tool] })
    onTestFinished(async () => {
      const closed = runtime.close()
      await clock.runAll()
      await closed
    })
    return runtime
  }
  return { ...collected, clock, open }
}

describe('the span of a job', () => {
  it('is a child of what was active when it was asked for, however long it waited, and ends with it', async () => {
    const { clock, open, tracerProvider, spans } = openAll()
    const runtime = open()
    const turns = ['one', 'two'].map((name) => {
      const turn = tracerProvider.getTracer('app').startSpan(name)
      context.with(trace.setSpan(context.active(), turn), () => {
        runtime.dispatch({ tool: 'render', arguments: {} })
      })
      turn.end()
      return turn.spanContext().spanId
    })
    await clock.advance(2_000_000)
    const jobs = spans().filter(({ name }) => name === 'execute_tool render')
    expect(jobs.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(turns)
    expect(jobs.map(({ attributes }) => attributes['headrace.outcome'])).toEqual(['ok', 'ok'])
    const puts = spans().filter(({ name }) => name === 'PUT')
    expect(puts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      jobs.map((job) => job.spanContext().spanId),
    )
  })

  it('continues the trace in its metadata where another process runs it again', async () => {
    const { clock, open, spans } = openAll()
    const first = open()
    first.dispatch({ tool: 'render', arguments: {} }, { metadata: { traceparent } })
    await clock.advance(1_000)
    const closed = first.close()
    await clock.advance(60_000)
    await closed
    open()
    await clock.advance(2_000_000)
    const jobs = spans().filter(({ name }) => name === 'execute_tool render')
    expect(jobs.map(({ attributes }) => attributes['headrace.outcome'])).toEqual(['cancelled', 'ok'])
    for (const job of jobs) expect(job.parentSpanContext).toMatchObject({ ...remote, isRemote: true })
  })
})
