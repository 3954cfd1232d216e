import { isSpanContextValid, trace } from '@opentelemetry/api'

/** Trace context as it goes to another process, by W3C Trace Context. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/**
 * The trace context of the span that is active, for protocols that carry it in their messages, such as MCP's `_meta`; an
 * empty object where there is none. Baggage is not in it: who is called may be a stranger.
 */
export function activeTrace(): TraceContext | Record<string, never> {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined || !isSpanContextValid(span)) return {}
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0')
  const traceparent = `00-${span.traceId}-${span.spanId}-${flags}`
  const tracestate = span.traceState?.serialize()
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate }
}
