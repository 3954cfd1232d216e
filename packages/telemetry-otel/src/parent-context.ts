import {
  type Context,
  context,
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  trace,
} from '@opentelemetry/api'

/** A header of W3C Trace Context, of any version that begins as the first one. */
const header = /^(?!ff)[\da-f]{2}-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?:-|$)/
const maxState = 512

/**
 * The context in which the span of a call begins: the active one, or, where no span is active, that of the process which
 * asked for the call, from `traceparent` and `tracestate` in the call's metadata.
 */
export function parentContext(metadata: Readonly<Record<string, unknown>>): Context {
  const active = context.active()
  const { traceparent, tracestate } = metadata
  if (typeof traceparent !== 'string' || trace.getSpan(active) !== undefined) return active
  const remote = readParent(traceparent, tracestate)
  return remote === undefined ? active : trace.setSpanContext(active, remote)
}

function readParent(traceparent: string, tracestate: unknown): SpanContext | undefined {
  const { traceId = '', spanId = '', flags = '' } = header.exec(traceparent)?.groups ?? {}
  const hasState = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= maxState
  const remote: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(hasState ? { traceState: createTraceState(tracestate) } : undefined),
  }
  return isSpanContextValid(remote) ? remote : undefined
}
