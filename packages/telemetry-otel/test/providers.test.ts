import { createRuntime } from '@headrace/core'
import { activeTrace, openTelemetry } from '@headrace/telemetry-otel'
import {
  context,
  createTraceState,
  DiagLogLevel,
  diag,
  metrics,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect } from './fixture/open-telemetry-stage.ts'
import { readTool } from './fixture/tools.ts'

const open = (telemetry = openTelemetry()) =>
  createRuntime({ telemetry, tools: [readTool('echo', ({ q }) => q), readTool('trace', activeTrace)] })

describe('providers', () => {
  it('may be registered after the runtime was made', async () => {
    const runtime = open()
    expect(await runtime.call('echo', { q: 'before' })).toBe('before')
    const { tracerProvider, meterProvider, spans, points } = collect()
    trace.setGlobalTracerProvider(tracerProvider)
    metrics.setGlobalMeterProvider(meterProvider)
    onTestFinished(() => {
      trace.disable()
      metrics.disable()
    })
    await runtime.call('echo', { q: 'after' })
    expect(spans().map(({ name }) => name)).toEqual(['execute_tool echo'])
    expect(await points('gen_ai.execute_tool.duration')).toHaveLength(1)
    expect(await points('headrace.in_flight')).toHaveLength(2)
    await runtime.close()
  })

  it('that are not there cost no listener: nobody is told events', async () => {
    const telemetry = openTelemetry()
    expect(telemetry.isActive()).toBe(false)
    let listeners = 0
    const runtime = open({
      ...telemetry,
      attach: (watched) =>
        telemetry.attach({
          ...watched,
          get events$() {
            listeners += 1
            return watched.events$
          },
        }),
    })
    await runtime.call('echo', { q: 'x' })
    await runtime.close()
    expect(listeners).toBe(0)
  })

  it.each([0, 1, 2])('that throw disturb no call, after %i spans', async (spans) => {
    const told: unknown[] = []
    const note = (...args: unknown[]): void => void told.push(args)
    diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.ERROR)
    onTestFinished(() => diag.disable())
    const tracer = brokenTracer(spans)
    const runtime = open(openTelemetry({ tracerProvider: { getTracer: () => tracer }, spans: { attempts: true } }))
    expect(await runtime.call('echo', { q: 'x' })).toBe('x')
    await runtime.close()
    expect(told.length).toBeGreaterThan(0)
  })
})

/** Starts so many spans, all of whose methods throw, and then throws itself. */
function brokenTracer(spans: number): Tracer {
  const broken = (): never => {
    throw new Error('broken SDK')
  }
  const methods = ['spanContext', 'setAttributes', 'setStatus', 'addEvent', 'end'].map((name) => [name, broken])
  const span = { ...Object.fromEntries(methods), isRecording: () => true } as Span
  let started = 0
  const startSpan: Tracer['startSpan'] = () => {
    started += 1
    return started > spans ? broken() : span
  }
  return { startSpan, startActiveSpan: broken }
}

describe('activeTrace', () => {
  it('gives the trace context of the active span, as W3C writes it', async () => {
    const { tracerProvider, span } = collect()
    const runtime = open(openTelemetry({ tracerProvider }))
    const told = await runtime.call('trace', {})
    const { traceId, spanId } = span('execute_tool trace').spanContext()
    expect(told).toEqual({ traceparent: `00-${traceId}-${spanId}-01` })
    await runtime.close()
  })

  it('gives the state of the trace, and nothing where no span is active', () => {
    collect()
    expect(activeTrace()).toEqual({})
    const remote = trace.wrapSpanContext({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      traceFlags: 0,
      traceState: createTraceState('rojo=1'),
    })
    expect(context.with(trace.setSpan(context.active(), remote), activeTrace)).toEqual({
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
      tracestate: 'rojo=1',
    })
  })
})

describe('options', () => {
  it.each([
    [{ agent: 'x' }, "unknown option 'agent'"],
    [{ agentName: '' }, 'agentName must be'],
    [{ spans: { attempt: true } }, "unknown option 'attempt' in spans"],
    [{ spans: 'all' }, 'spans must be'],
    [{ capture: { result: 1 } }, 'capture.result must be true or false'],
    [{ maxKeys: -1 }, 'maxKeys must be an integer >= 0'],
    [{ tracerProvider: {} }, 'tracerProvider must be a provider'],
    [{ meterProvider: 1 }, 'meterProvider must be a provider'],
    ['x', 'the options must be an object'],
  ])('%j are refused with what is wrong', (options, why) => {
    expect(() => openTelemetry(options as never)).toThrow(`openTelemetry: ${why}`)
  })
})
