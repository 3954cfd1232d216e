import type { CallEvent } from '@headrace/core'

/** Where one call stands, as its events tell. */
interface Progress {
  attempt: number
  /** Attempts that run: several where one is hedged. */
  readonly running: Set<number>
  isCommitted: boolean
  mayStart: boolean
  /** It joined a running call, of whose attempts it learns only from the events that name them. */
  isJoining: boolean
}

/** What is wrong with the order of one call's events, by a small state machine; undefined when nothing is. */
export function orderFaultOf(events: readonly CallEvent[]): string | undefined {
  const call: Progress = {
    attempt: 0,
    running: new Set(),
    isCommitted: false,
    mayStart: true,
    isJoining: false,
  }
  for (const event of events) {
    if (event.type === 'call-settle' && event !== events.at(-1)) return 'an end before the end'
    if (call.isJoining) join(call, event)
    const isLegal = take(call, event)
    if (!isLegal) return `${event.type} out of turn`
  }
  return undefined
}

function join(call: Progress, event: CallEvent): void {
  if (event.type === 'progress') call.running.add(0)
  if (event.type === 'retry-wait') call.running.clear()
  if (!('attempt' in event)) return
  const isStart = event.type === 'attempt-start' || event.type === 'hedge-start'
  call.attempt = isStart ? event.attempt - 1 : Math.max(call.attempt, event.attempt)
  call.mayStart ||= isStart
  if (event.type === 'output' || event.type === 'attempt-fail') call.running.add(event.attempt)
}

function take(call: Progress, event: CallEvent): boolean {
  switch (event.type) {
    case 'attempt-start': {
      const isLegal = call.mayStart && event.attempt === call.attempt + 1
      Object.assign(call, { attempt: event.attempt, mayStart: false })
      call.running.add(event.attempt)
      return isLegal
    }
    case 'hedge-start':
      call.mayStart = true
      return call.attempt > 0 && !call.isCommitted
    case 'attempt-fail':
      return call.running.delete(event.attempt)
    case 'retry-wait':
      call.mayStart = true
      return call.running.size === 0 && call.attempt > 0 && !call.isCommitted && event.delayMs >= 0
    case 'output':
    case 'progress':
      call.isCommitted ||= event.type === 'output'
      return call.running.size > 0
    case 'cache-hit':
      call.isJoining = event.cache.layer === 'in-flight'
      return call.attempt === 0
    default:
      return true
  }
}
