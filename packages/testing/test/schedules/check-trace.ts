import type { CallEvent, CallResult, RuntimeEvent } from '@headrace/core'
import { orderFaultOf } from './check-order.ts'
import { timeFaultOf } from './check-times.ts'
import type { Schedule } from './schedule.ts'
import { callIdsOf, type Trace } from './start-call.ts'

const refusals = ['RATE_LIMITED', 'APPROVAL_DENIED', 'REPEATED_CALL']

/** How calls end, as far as the schedules count it. */
export type Ending = 'ok' | 'failed' | 'late' | 'cancelled' | 'rejected'

/** Which ending a result is. */
export function endingOf(result: CallResult): Ending {
  if (result.status === 'ok' || result.status === 'cancelled') return result.status
  if (result.status !== 'error') throw new Error(`unexpected ${JSON.stringify(result)}`)
  const { code } = result.error
  if (code === 'TIMEOUT' || code === 'DEADLINE_EXCEEDED') return 'late'
  return ['QUEUE_FULL', 'QUEUE_TIMEOUT', 'CIRCUIT_OPEN', 'TOOL_STUCK', 'RUNTIME_CLOSED', ...refusals].includes(code)
    ? 'rejected'
    : 'failed'
}

/** What is wrong with a trace, in words; empty when nothing is. */
export function faultsOf(trace: Trace, schedule: Schedule): string[] {
  const faults = [...trace.faults]
  const { calls, orphans } = byCall(trace.events)
  faults.push(...orphans)
  for (const [callId, events] of calls) {
    const fault = orderFaultOf(events) ?? timeFaultOf(events, schedule)
    if (fault) faults.push(`${callId}: ${fault} in ${events.map(({ type }) => type).join(' ')}`)
  }
  for (const [index, plan] of schedule.calls.entries()) {
    for (const callId of callIdsOf(plan, `c${index}`)) {
      const settle = calls.get(callId)?.find(({ type }) => type === 'call-settle')
      const result = trace.results.get(callId)
      const isRefused = result?.status === 'error' && result.error.code === 'RUNTIME_CLOSED'
      if (settle?.type !== 'call-settle') {
        // a closed runtime has no events any more, and a stream that was left starts no further calls
        if (!isRefused && (plan.way !== 'many' || result)) faults.push(`${callId} never settled`)
      } else if (!result && plan.way !== 'stream' && plan.way !== 'many') faults.push(`${callId} has no result`)
      else if (result && JSON.stringify(result) !== JSON.stringify(settle.result))
        faults.push(`${callId} has two results`)
    }
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
    if (!('callId' in event) || event.type === 'job-change') continue
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
