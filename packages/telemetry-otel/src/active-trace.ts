import { isSpanContextValid, trace } from '@opentelemetry/api'

/**
 * The `traceparent`, and `tracestate` where there is one, of the span that is active, as W3C Trace Context writes them: for
 * protocols that carry them in their messages, such as MCP's `_meta`. Empty where no span is active. Baggage is not in it:
 * who is called may be a stranger.
 */
export function activeTrace(): Readonly<Record<string, string>> {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined || !isSpanContextValid(span)) return {}
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0')
  const traceparent = `00-${span.traceId}-${span.spanId}-${flags}`
  const tracestate = span.traceState?.serialize()
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate }
}
