import type { BreakerState, CallEvent, CallResult } from '@headrace/core'
import type { ShownCall } from '../agent/agent-event.ts'
import type { ViewEvent } from './view.ts'

/** A stretch of a call's time. `to` is undefined while it goes on; times are milliseconds since the epoch. */
export interface Span {
  readonly kind: 'queue' | 'attempt' | 'failed' | 'backoff' | 'joined'
  readonly from: number
  readonly to: number | undefined
}

/** A moment in a call's time. */
export interface Mark {
  readonly kind: 'hit' | 'reject'
  readonly at: number
}

/** One call, as a row of the picture. */
export interface CallRow extends ShownCall {
  readonly startedAt: number
  readonly spans: readonly Span[]
  readonly marks: readonly Mark[]
  readonly result: CallResult | undefined
  readonly endedAt: number | undefined
}

/** One circuit breaker that changed its state, as a row of the picture. */
export interface BreakerRow {
  readonly key: string
  readonly changes: readonly { readonly at: number; readonly to: BreakerState }[]
}

/** What happened since the start of a question. */
export interface Timeline {
  apply(event: ViewEvent): void
  readonly startedAt: number
  /** The time of the newest event. */
  readonly latestAt: number
  readonly calls: readonly CallRow[]
  readonly breakers: readonly BreakerRow[]
}

/** Makes an empty timeline that begins at a moment. */
export function createTimeline(startedAt: number): Timeline {
  const calls = new Map<string, CallRow>()
  const breakers = new Map<string, BreakerRow>()
  let latestAt = startedAt
  return {
    startedAt,
    get latestAt() {
      return latestAt
    },
    get calls() {
      return [...calls.values()]
    },
    get breakers() {
      return [...breakers.values()]
    },
    apply(event) {
      latestAt = Math.max(latestAt, event.at)
      if (event.type === 'turn-start') {
        const begun = { startedAt: event.at, spans: [], marks: [], result: undefined, endedAt: undefined }
        for (const call of event.calls) calls.set(call.callId, { ...call, ...begun })
      } else if (event.type === 'breaker-change') {
        const { key, at, to } = event
        breakers.set(key, { key, changes: [...(breakers.get(key)?.changes ?? []), { at, to }] })
      } else if ('callId' in event) {
        const row = calls.get(event.callId)
        // What follows the end of a call belongs to no bar any more.
        if (row !== undefined && row.endedAt === undefined) calls.set(event.callId, advance(row, event as CallEvent))
      }
    },
  }
}

function advance(row: CallRow, event: CallEvent): CallRow {
  const { at } = event
  switch (event.type) {
    case 'call-queue':
    case 'limit-wait':
      return begin(row, 'queue', at)
    case 'attempt-start':
      return begin(row, 'attempt', at)
    case 'attempt-fail':
      return { ...row, spans: endLast(row.spans, at, 'failed') }
    case 'retry-wait':
      return begin(row, 'backoff', row.spans.at(-1)?.to ?? at)
    case 'cache-hit':
      if (event.cache.layer === 'in-flight') return begin(row, 'joined', at)
      return { ...row, marks: [...row.marks, { kind: 'hit', at }] }
    case 'breaker-reject':
      return { ...row, spans: endLast(row.spans, at), marks: [...row.marks, { kind: 'reject', at }] }
    case 'call-settle':
      return { ...row, spans: endLast(row.spans, at), result: event.result, endedAt: at }
    default:
      return row
  }
}

function begin(row: CallRow, kind: Span['kind'], from: number): CallRow {
  return { ...row, spans: [...endLast(row.spans, from), { kind, from, to: undefined }] }
}

function endLast(spans: readonly Span[], to: number, kind?: Span['kind']): Span[] {
  return spans.map((span, index) =>
    index === spans.length - 1 && span.to === undefined ? { from: span.from, to, kind: kind ?? span.kind } : span,
  )
}
