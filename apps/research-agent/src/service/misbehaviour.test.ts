import { expect, test } from 'vitest'
import { type Behaviour, createMisbehaviour } from './misbehaviour.ts'

const paths = Array.from({ length: 200 }, (_, index) => `/packages/p${index}/1.0.0/facts`)
const now = () => 0

/** What the first four visits of every path meet. */
function visitAll(seed: number, order: readonly string[] = paths): Map<string, Behaviour[]> {
  const behave = createMisbehaviour({ seed, now })
  return new Map(order.map((path) => [path, Array.from({ length: 4 }, () => behave({ path, shelf: 'a-m' }))]))
}

test('treats a path the same with the same seed, in whatever order the paths come', () => {
  const forwards = visitAll(1)
  const backwards = visitAll(1, paths.toReversed())
  for (const path of paths) expect(backwards.get(path)).toEqual(forwards.get(path))
  expect(visitAll(2)).not.toEqual(forwards)
})

test('shows every fault, and recovers from each within two failures', () => {
  const visits = [...visitAll(1).values()]
  const kinds = new Set(visits.flat().map(({ kind }) => kind))
  expect([...kinds].toSorted()).toEqual(['answer', 'rate-limit', 'reset', 'unavailable'])
  for (const [, , third, fourth] of visits) expect([third?.kind, fourth?.kind]).toEqual(['answer', 'answer'])
})

test('answers with a long tail of latencies', () => {
  const waits = [...visitAll(1).values()].flatMap((visits) =>
    visits.flatMap((one) => ('waitMs' in one && one.kind === 'answer' ? one.waitMs : [])),
  )
  const sorted = waits.toSorted((one, other) => one - other)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  expect(median).toBeGreaterThan(100)
  expect(median).toBeLessThan(190)
  expect(sorted.at(-1)).toBeGreaterThan(5 * median)
})

test('hangs wherever provenance is asked for', () => {
  const behave = createMisbehaviour({ seed: 1, now })
  expect(behave({ path: '/packages/a/1.0.0/provenance', shelf: 'a-m' })).toEqual({ kind: 'hang' })
})

test('has one outage, of one shelf, from a request on, for a time', () => {
  let time = 0
  const outage = { shelf: 'a-m', atRequest: 3, forMs: 100 } as const
  const behave = createMisbehaviour({ seed: 1, now: () => time, outage })
  const isOut = (shelf: 'a-m' | 'n-z') => behave({ path: `/${shelf}`, shelf }).kind === 'outage'
  expect([isOut('a-m'), isOut('a-m'), isOut('a-m'), isOut('n-z')]).toEqual([false, false, true, false])
  time = 99
  expect(isOut('a-m')).toBe(true)
  time = 100
  expect([isOut('a-m'), isOut('a-m'), isOut('a-m')]).toEqual([false, false, false])
})
