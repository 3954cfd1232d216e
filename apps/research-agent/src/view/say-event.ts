import { causeOf } from '../summary/cause-of.ts'
import { countOf } from './count-of.ts'
import type { Timeline } from './timeline.ts'
import type { ViewEvent } from './view.ts'

/** An event in a sentence; undefined for those that are only seen in the picture. */
export function sayEvent(event: ViewEvent, timeline: Timeline): string | undefined {
  const nameOf = (callId: string): string => {
    const row = timeline.calls.find((one) => one.callId === callId)
    return row === undefined ? callId : `${row.tool} ${row.label}`.trim()
  }
  switch (event.type) {
    case 'turn-start':
      return `turn ${event.turn} starts ${countOf(event.calls.length, 'call')}`
    case 'turn-end':
      return `turn ${event.turn} ends: ${event.results.filter(({ status }) => status === 'ok').length} of ${event.results.length} calls gave their output`
    case 'agent-wait':
      return `the agent waits ${Math.round(event.waitMs)} ms, as the errors told it to`
    case 'attempt-fail':
      return `${nameOf(event.callId)}: attempt ${event.attempt} failed (${causeOf(event.error)})`
    case 'retry-wait':
      return `${nameOf(event.callId)}: tries again in ${Math.round(event.delayMs)} ms`
    case 'breaker-reject':
      return `${nameOf(event.callId)}: not tried, for the breaker '${event.key}' is open`
    case 'breaker-change':
      return `breaker '${event.key}': ${event.from} → ${event.to}`
    case 'store-suspend':
      return `the store of the ${event.store} is away: left alone for ${Math.round(event.forMs)} ms, memory takes its place`
    case 'store-resume':
      return `the store of the ${event.store} is back`
    case 'cache-hit':
      return `${nameOf(event.callId)}: ${event.cache.layer === 'in-flight' ? 'joins an equal call that is running' : 'from the cache'}`
    case 'call-settle':
      return event.result.status === 'error'
        ? `${nameOf(event.callId)}: failed with ${event.result.error.code}`
        : undefined
    default:
      return undefined
  }
}
