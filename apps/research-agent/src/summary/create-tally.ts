import { type CallResult, toModel } from '@headrace/core'
import type { Answered } from '../agent/answer-question.ts'
import { callLabel } from '../agent/call-label.ts'
import type { ViewEvent } from '../view/view.ts'
import { causeOf } from './cause-of.ts'
import type { FailedCall, RunSummary } from './run-summary.ts'

/** Adds up a run from its events and its answers. */
export interface Tally {
  count(event: ViewEvent): void
  summary(answers: readonly Answered[]): RunSummary
}

/** Makes an empty tally of a run that begins at this moment, in ms since the epoch. */
export function createTally(beganAt: number): Tally {
  const foundOpen = new Set<string>()
  let inherited = 0
  const causes: Record<string, number> = {}
  const breakers = new Map<string, { key: string; opened: number; closed: number }>()
  const running = new Set<string>()
  const time = { startedAt: 0, wallMs: 0, toldToWaitMs: 0 }
  let mostAtOnce = 0
  return {
    count(event) {
      if (event.type === 'question-start') time.startedAt = event.at
      else if (event.type === 'question-end') time.wallMs += event.at - time.startedAt
      else if (event.type === 'agent-wait') time.toldToWaitMs += event.waitMs
      else if (event.type === 'attempt-start') mostAtOnce = Math.max(mostAtOnce, running.add(event.callId).size)
      else if (event.type === 'attempt-fail') {
        running.delete(event.callId)
        const cause = causeOf(event.error)
        causes[cause] = (causes[cause] ?? 0) + 1
      } else if (event.type === 'call-settle') {
        running.delete(event.callId)
        const { cache } = event.result.meta
        if (cache !== undefined && event.at - cache.ageMs < beganAt) inherited += 1
      } else if (event.type === 'breaker-reject' && !breakers.has(event.key)) foundOpen.add(event.key)
      else if (event.type === 'breaker-change') {
        const breaker = breakers.get(event.key) ?? { key: event.key, opened: 0, closed: 0 }
        if (event.to === 'open') breaker.opened += 1
        if (event.to === 'closed') breaker.closed += 1
        breakers.set(event.key, breaker)
      }
    },
    summary(answers) {
      const { wallMs, toldToWaitMs } = time
      return {
        ...addUp(answers),
        wallMs,
        toldToWaitMs,
        mostAtOnce,
        causes,
        inherited,
        foundOpen: [...foundOpen],
        breakers: [...breakers.values()],
      }
    },
  }
}

function addUp(answers: readonly Answered[]) {
  const results = answers.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.results))
  const attempts = sum(results, ({ meta }) => meta.attempts)
  return {
    questions: answers.length,
    turns: sum(answers, ({ exchanges }) => exchanges.filter(({ calls }) => calls.length > 0).length),
    calls: results.length,
    succeeded: results.filter(({ status }) => status === 'ok').length,
    cancelled: results.filter(({ status }) => status === 'cancelled').length,
    ownMs: sum(results, ownTime),
    cacheHits: results.filter(({ meta: { cache } }) => cache !== undefined && cache.layer !== 'in-flight').length,
    joined: results.filter(({ meta: { cache } }) => cache?.layer === 'in-flight').length,
    attempts,
    retries: attempts - results.filter(({ meta }) => meta.attempts > 0).length,
    failed: answers.flatMap(failedCalls),
  }
}

/** A call that joined another one waited for that one's work and did none of its own. */
function ownTime({ meta: { durationMs, queuedMs, cache } }: CallResult): number {
  return cache?.layer === 'in-flight' ? 0 : durationMs - queuedMs
}

function failedCalls({ exchanges }: Answered): FailedCall[] {
  const made = exchanges.flatMap(({ calls, results }) => calls.map((call, index) => ({ call, result: results[index] })))
  return made.flatMap(({ call, result }, index) => {
    if (result?.status !== 'error') return []
    const reply = toModel(result)
    if (reply.status !== 'error') return []
    const same = (other: (typeof made)[number]): boolean =>
      other.call.tool === call.tool && JSON.stringify(other.call.arguments) === JSON.stringify(call.arguments)
    const recovered = made.slice(index + 1).some((other) => other.result?.status === 'ok' && same(other))
    const { code, message, next } = reply.error
    return [{ call: `${call.tool} ${callLabel(call)}`.trim(), code, message, next, recovered }]
  })
}

function sum<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((total, item) => total + read(item), 0)
}
