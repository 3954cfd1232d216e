import { openTelemetry } from '@headrace/telemetry-otel'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { Outside } from './outside.ts'

/** Spans and metrics to a collector that speaks OTLP over HTTP, such as http://localhost:4318. */
export function openTelemetrySdk(endpoint: string): Outside {
  const base = endpoint.replace(/\/$/, '')
  const sdk = new NodeSDK({
    serviceName: 'research-agent',
    traceExporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }),
    metricReaders: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }) }),
    ],
    instrumentations: [],
  })
  sdk.start()
  return {
    runtime: { telemetry: openTelemetry({ agentName: 'research-agent', spans: { attempts: true, queue: true } }) },
    close: () => sdk.shutdown(),
  }
}
