import { createRuntime } from '@headrace/core'
import { openTelemetry } from '@headrace/telemetry-otel'
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { describe, expect, it, onTestFinished } from 'vitest'
import { plain, startOtlpReceiver } from './fixture/otlp-receiver.ts'
import { httpError, readTool } from './fixture/tools.ts'

/** OpenTelemetry's SDK for Node, as an application starts it: it registers its providers for all. */
function startSdk(url: string): NodeSDK {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': 'agent' }),
    autoDetectResources: false,
    instrumentations: [],
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) })],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }),
        exportIntervalMillis: 60_000,
      }),
    ],
  })
  sdk.start()
  onTestFinished(() => {
    trace.disable()
    metrics.disable()
    context.disable()
    propagation.disable()
  })
  return sdk
}

describe('a receiver of OTLP', () => {
  it('gets the spans and metrics of calls from the SDK as applications start it', async () => {
    await using receiver = await startOtlpReceiver()
    const runtime = createRuntime({
      telemetry: openTelemetry({ agentName: 'researcher', spans: { attempts: true } }),
      tools: [
        readTool('child', () => 1),
        readTool(
          'search',
          async (_, { attempt, call }) => {
            await call('child', {})
            if (attempt === 1) throw httpError(503)
            return 'found'
          },
          { retry: { backoff: () => 1 } },
        ),
      ],
    })
    const sdk = startSdk(receiver.url)
    await runtime.dispatch({ callId: 'call_0', tool: 'search', arguments: {} })
    await runtime.dispatch({ tool: 'missing', arguments: {} }).result()
    await runtime.close()
    await sdk.shutdown()

    const spans = receiver.spans()
    const search = spans.find(({ name }) => name === 'execute_tool search')
    const attempts = spans.filter(
      ({ name, parentSpanId }) => name === 'headrace.attempt' && parentSpanId === search?.spanId,
    )
    const children = spans.filter(({ name }) => name === 'execute_tool child')
    const failed = spans.find(({ name }) => name === 'execute_tool')
    expect(plain(search?.attributes)).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.call.id': 'call_0',
      'gen_ai.agent.name': 'researcher',
      'headrace.outcome': 'ok',
    })
    // OTLP counts kinds from 1, "unspecified" is 0
    expect([search?.kind, search?.parentSpanId ?? '']).toEqual([SpanKind.INTERNAL + 1, ''])
    expect(search?.events?.map(({ name }) => name)).toEqual(['headrace.attempt.fail', 'headrace.retry'])
    expect(children.map(({ parentSpanId }) => parentSpanId)).toEqual(attempts.map(({ spanId }) => spanId))
    expect(new Set([...attempts, ...children].map(({ traceId }) => traceId))).toEqual(new Set([search?.traceId]))
    expect(failed?.status).toMatchObject({ code: SpanStatusCode.ERROR })

    const measured = new Map(receiver.metrics().map((metric) => [metric.name, metric]))
    const counts = measured.get('gen_ai.execute_tool.duration')?.histogram?.dataPoints.map(({ count }) => Number(count))
    expect([measured.get('gen_ai.execute_tool.duration')?.unit, counts]).toEqual(['s', [2, 1, 1]])
    expect(measured.get('headrace.attempts')?.unit).toBe('{attempt}')
    expect(measured.get('headrace.in_flight')?.sum?.isMonotonic).not.toBe(true)
  })
})
