import { expect, test } from 'vitest'
import { okResult, sampleEvents, zero } from './sample-events.ts'
import { createTimeline } from './timeline.ts'
import type { ViewEvent } from './view.ts'

function follow(events: readonly ViewEvent[]) {
  const timeline = createTimeline(zero)
  for (const event of events) timeline.apply(event)
  return timeline
}

test('turns the events of a call into what its time was spent on', () => {
  const { calls, breakers, latestAt } = follow(sampleEvents)
  expect(latestAt).toBe(zero + 100)
  expect(calls).toHaveLength(1)
  expect(calls[0]?.spans.map(({ kind, from, to }) => [kind, from - zero, (to ?? zero) - zero])).toEqual([
    ['queue', 0, 20],
    ['failed', 20, 40],
    ['backoff', 40, 80],
    ['attempt', 80, 100],
  ])
  expect(calls[0]?.result).toBe(okResult)
  expect(breakers.map(({ key, changes }) => [key, changes.map(({ to }) => to)])).toEqual([
    ['metadata a-m', ['open', 'half-open', 'closed']],
  ])
})

test('tells a hit of the cache from joining a call that runs, and marks a rejection', () => {
  const [, , turn] = sampleEvents
  const at = zero + 5
  const call = { callId: 'q1 a', tool: 'package_facts', at }
  const rowOf = (event: ViewEvent) => follow([...(turn ? [turn] : []), event]).calls[0]
  expect(rowOf({ type: 'cache-hit', ...call, cache: { layer: 'exact', ageMs: 1 } })).toMatchObject({
    spans: [],
    marks: [{ kind: 'hit' }],
  })
  expect(rowOf({ type: 'cache-hit', ...call, cache: { layer: 'in-flight', ageMs: 1 } })).toMatchObject({
    spans: [{ kind: 'joined' }],
    marks: [],
  })
  expect(rowOf({ type: 'breaker-reject', ...call, key: 'k', retryAfterMs: 1 })).toMatchObject({
    marks: [{ kind: 'reject', at }],
  })
})

test('changes no row after its call has ended', () => {
  const late = { type: 'attempt-start', callId: 'q1 a', tool: 'package_facts', at: zero + 200, attempt: 3 } as const
  expect(follow([...sampleEvents, late]).calls[0]?.spans).toHaveLength(4)
})
