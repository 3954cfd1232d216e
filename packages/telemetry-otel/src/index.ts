export { activeTrace } from './active-trace.ts'
export { openTelemetry } from './open-telemetry.ts'
export type { OpenTelemetryOptions, SpanOptions } from './open-telemetry-options.ts'
