import type { CallEvent } from '@headrace/core'

/** Where one call stands, as its events tell. */
interface Progress {
  attempt: number
  isRunning: boolean
  isCommitted: boolean
  mayStart: boolean
  /** It joined a running call, whose attempt it learns from the first event that names one. */
  isJoining: boolean
}

/** What is wrong with the order of one call's events, by a small state machine; undefined when nothing is. */
export function orderFaultOf(events: readonly CallEvent[]): string | undefined {
  const call: Progress = { attempt: 0, isRunning: false, isCommitted: false, mayStart: true, isJoining: false }
  for (const event of events) {
    if (event.type === 'call-settle' && event !== events.at(-1)) return 'an end before the end'
    if (call.isJoining) join(call, event)
    const isLegal = take(call, event)
    if (!isLegal) return `${event.type} out of turn`
  }
  return undefined
}

function join(call: Progress, event: CallEvent): void {
  if (event.type === 'progress') {
    call.isRunning = true
    return
  }
  if (!('attempt' in event)) return
  call.isJoining = false
  call.isRunning = event.type === 'attempt-fail' || event.type === 'output'
  call.attempt = event.type === 'attempt-start' ? event.attempt - 1 : event.attempt
}

function take(call: Progress, event: CallEvent): boolean {
  switch (event.type) {
    case 'attempt-start': {
      const isLegal = !call.isRunning && call.mayStart && event.attempt === call.attempt + 1
      Object.assign(call, { attempt: event.attempt, isRunning: true, mayStart: false })
      return isLegal
    }
    case 'attempt-fail': {
      const isLegal = call.isRunning && event.attempt === call.attempt
      call.isRunning = false
      return isLegal
    }
    case 'retry-wait':
      call.mayStart = true
      return !call.isRunning && call.attempt > 0 && !call.isCommitted && event.delayMs >= 0
    case 'output':
    case 'progress':
      call.isCommitted ||= event.type === 'output'
      return call.isRunning
    case 'cache-hit':
      call.isJoining = event.cache.layer === 'in-flight'
      return call.attempt === 0
    default:
      return true
  }
}
