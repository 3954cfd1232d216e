import { createRedactor, type Telemetry } from '@headrace/core'
import { CallMeasures } from './call-measures.ts'
import { CallSpan } from './call-span.ts'
import { FollowedCall } from './followed-call.ts'
import { type OpenTelemetryOptions, resolveOptions } from './open-telemetry-options.ts'
import { Providers } from './providers.ts'
import { quietly } from './quietly.ts'
import { RuntimeMeter } from './runtime-meter.ts'

/**
 * Gives the spans and metrics of a runtime's calls to OpenTelemetry: `createRuntime({ telemetry: openTelemetry() })`. A
 * call's span is active while its tool runs. Levels are sums over all runtimes whose telemetry writes to the same meter.
 * Nothing is written while no provider is registered, nor is there anything to close: whoever made the SDK ends it, after
 * the runtime has closed. Throws a TypeError for an option that makes no sense.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const resolved = resolveOptions(options)
  const { agentName, hasSpans, maxKeys } = resolved
  const providers = new Providers(resolved.tracerProvider, resolved.meterProvider)
  const redactor = createRedactor(resolved.redact)
  const meter = new RuntimeMeter(maxKeys, redactor)
  let isOpened = false
  const isMeasuring = (): boolean => {
    if (isOpened) return meter.instruments !== undefined
    const found = providers.meter
    if (found === undefined) return false
    isOpened = true
    quietly(() => meter.open(found))
    return meter.instruments !== undefined
  }
  return {
    isActive: () => isMeasuring() || (hasSpans && providers.tracer !== undefined),
    attach(runtime) {
      const detach = quietly(() => meter.add(runtime))
      isMeasuring()
      return () => quietly(() => detach?.())
    },
    follow(call) {
      isMeasuring()
      const { tracer } = providers
      const { instruments } = meter
      const span =
        hasSpans && tracer !== undefined
          ? quietly(() => new CallSpan({ tracer, redactor, options: resolved }, call))
          : undefined
      return new FollowedCall(span, instruments && new CallMeasures(instruments, call, agentName))
    },
  }
}
