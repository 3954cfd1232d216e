import { createRuntime } from '@headrace/core'
import { activeTrace, openTelemetry } from '@headrace/telemetry-otel'
import {
  context,
  createNoopMeter,
  createTraceState,
  DiagLogLevel,
  diag,
  type Meter,
  metrics,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { config } from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect } from './fixture/open-telemetry-stage.ts'
import { httpError, readTool } from './fixture/tools.ts'

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

  it('that are global and give no tracer and no meter disturb no call, and are asked once', async () => {
    let asked = 0
    const broken = (): never => {
      asked += 1
      throw new Error('broken SDK')
    }
    trace.setGlobalTracerProvider({ getTracer: broken })
    metrics.setGlobalMeterProvider({ getMeter: broken })
    onTestFinished(() => {
      trace.disable()
      metrics.disable()
    })
    const runtime = open()
    for (const q of ['x', 'y', 'z']) expect(await runtime.call('echo', { q })).toBe(q)
    await runtime.close()
    expect(asked).toBe(2)
  })

  it('whose meter makes no instruments are asked for them once', async () => {
    let asked = 0
    const meter = createNoopMeter()
    const createHistogram = (): never => {
      asked += 1
      throw new Error('broken SDK')
    }
    const broken: Meter = { ...methodsOf(meter), createHistogram }
    const runtime = open(openTelemetry({ meterProvider: { getMeter: () => broken } }))
    for (const q of ['x', 'y', 'z']) expect(await runtime.call('echo', { q })).toBe(q)
    await runtime.close()
    expect(asked).toBe(1)
  })

  it('whose counters throw do not end the process when a breaker opens', async () => {
    const unhandled: unknown[] = []
    config.onUnhandledError = (error) => unhandled.push(error)
    onTestFinished(() => {
      config.onUnhandledError = null
    })
    const add = (): never => {
      throw new Error('broken SDK')
    }
    const broken: Meter = { ...methodsOf(createNoopMeter()), createCounter: () => ({ add }) }
    const runtime = createRuntime({
      telemetry: openTelemetry({ meterProvider: { getMeter: () => broken } }),
      tools: [readTool('down', () => Promise.reject(httpError(500)), { breaker: { consecutiveFailures: 1 } })],
    })
    await runtime.call('down', {}).result()
    await runtime.close()
    // RxJS tells what a listener throws in a turn of its own
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).toEqual([])
  })
})

/** A meter whose methods can be replaced one by one. */
function methodsOf(meter: Meter): Meter {
  return {
    createGauge: () => meter.createGauge('x'),
    createHistogram: () => meter.createHistogram('x'),
    createCounter: () => meter.createCounter('x'),
    createUpDownCounter: () => meter.createUpDownCounter('x'),
    createObservableGauge: () => meter.createObservableGauge('x'),
    createObservableCounter: () => meter.createObservableCounter('x'),
    createObservableUpDownCounter: () => meter.createObservableUpDownCounter('x'),
    addBatchObservableCallback: () => {},
    removeBatchObservableCallback: () => {},
  }
}

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
    [{ redact: null }, 'redact must be an object'],
    [{ redact: { key: ['iban'] } }, "unknown option 'key' in redact"],
    [{ redact: { keys: 'iban' } }, 'redact.keys must be a list of names and patterns'],
    [{ redact: { keys: [1] } }, 'redact.keys must be a list of names and patterns'],
    [{ redact: { text: 'iban' } }, 'redact.text must be a function'],
    [{ tracerProvider: {} }, 'tracerProvider must be a provider'],
    [{ meterProvider: 1 }, 'meterProvider must be a provider'],
    ['x', 'the options must be an object'],
  ])('%j are refused with what is wrong', (options, why) => {
    expect(() => openTelemetry(options as never)).toThrow(`openTelemetry: ${why}`)
  })
})
