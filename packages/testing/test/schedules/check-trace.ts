import type { CallEvent, CallResult, RuntimeEvent } from '@headrace/core'
import type { Trace } from './run-schedule.ts'
import type { Schedule } from './schedule.ts'

/** How calls end, as far as the schedules count it. */
export type Ending = 'ok' | 'failed' | 'late' | 'cancelled' | 'rejected'

/** Which ending a result is. */
export function endingOf(result: CallResult): Ending {
  if (result.status === 'ok' || result.status === 'cancelled') return result.status
  if (result.status !== 'error') throw new Error(`unexpected ${JSON.stringify(result)}`)
  const { code } = result.error
  if (code === 'TIMEOUT' || code === 'DEADLINE_EXCEEDED') return 'late'
  return ['QUEUE_FULL', 'QUEUE_TIMEOUT', 'CIRCUIT_OPEN', 'TOOL_STUCK', 'RUNTIME_CLOSED'].includes(code)
    ? 'rejected'
    : 'failed'
}

/** What is wrong with a trace, in words; empty when nothing is. */
export function faultsOf(trace: Trace, schedule: Schedule): string[] {
  const faults = [...trace.faults]
  const { calls, orphans } = byCall(trace.events)
  faults.push(...orphans)
  for (const [callId, events] of calls) {
    const fault = faultIn(events)
    if (fault) faults.push(`${callId}: ${fault} in ${events.map(({ type }) => type).join(' ')}`)
  }
  for (const [index, plan] of schedule.calls.entries()) {
    const callId = `c${index}`
    const settle = calls.get(callId)?.find(({ type }) => type === 'call-settle')
    const result = trace.results.get(callId)
    if (settle?.type !== 'call-settle') faults.push(`${callId} never settled`)
    else if (!result && plan.way !== 'stream') faults.push(`${callId} has no result`)
    else if (result && JSON.stringify(result) !== JSON.stringify(settle.result))
      faults.push(`${callId} has two results`)
  }
  if (trace.timersLeft > 0) faults.push(`${trace.timersLeft} timers left`)
  if (trace.listenersLeft > 0) faults.push(`${trace.listenersLeft} abort listeners left`)
  return faults
}

function byCall(events: readonly RuntimeEvent[]): { calls: Map<string, CallEvent[]>; orphans: string[] } {
  const calls = new Map<string, CallEvent[]>()
  const orphans: string[] = []
  const settled = new Set<string>()
  let at = 0
  for (const event of events) {
    if (event.at < at) orphans.push(`${event.type} goes back in time`)
    at = event.at
    if (!('callId' in event)) continue
    const { callId } = event
    if (event.type === 'call-abandon' || event.type === 'late-result') {
      if (!calls.has(callId)) orphans.push(`${event.type} of an unknown call ${callId}`)
      continue
    }
    if (settled.has(callId)) orphans.push(`${event.type} of ${callId} after its end`)
    if (event.type === 'call-settle') settled.add(callId)
    calls.set(callId, [...(calls.get(callId) ?? []), event])
  }
  return { calls, orphans }
}

/** Where one call stands, as its events tell. */
interface Progress {
  attempt: number
  isRunning: boolean
  isCommitted: boolean
  mayStart: boolean
  /** It joined a running call, whose attempt it learns from the first event that names one. */
  isJoining: boolean
}

/** Checks the order of one call's events: a small state machine. */
function faultIn(events: readonly CallEvent[]): string | undefined {
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
