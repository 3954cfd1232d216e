import type { CallEvent } from '@headrace/core'
import type { Schedule } from './schedule.ts'

/** What is wrong with the times of one call: an attempt, or the whole, that took longer than its limit. */
export function timeFaultOf(events: readonly CallEvent[], { tools, calls, around }: Schedule): string | undefined {
  const settle = events.at(-1)
  if (settle?.type !== 'call-settle') return undefined
  const tool = tools[Number(settle.tool.slice(1))]
  const { durationMs } = settle.result.meta
  // random waits are no whole milliseconds, and timers are
  const total = tool && tool.total + (tool.approval?.ms ?? 0) + (around.wait ?? 0)
  if (total !== undefined && durationMs > total + 1) return `${durationMs} ms in total, whose limit is ${total}`
  const plan = /^c\d/.test(settle.callId) ? calls[Number.parseInt(settle.callId.slice(1), 10)] : undefined
  const deadline = plan?.way === 'many' ? undefined : plan?.deadline
  if (deadline !== undefined && durationMs > deadline + 1)
    return `${durationMs} ms, whose deadline was after ${deadline}`
  const started = new Map<number, number>()
  for (const event of events) {
    if (event.type === 'attempt-start') started.set(event.attempt, event.at)
    if (event.type !== 'attempt-fail') continue
    const ms = event.at - (started.get(event.attempt) ?? event.at)
    if (tool && ms > tool.attempt + 1) return `an attempt of ${ms} ms`
  }
  return undefined
}
