import { expect, it } from 'vitest'
import { RunPace } from './run-pace.ts'

it('takes a second a run while nothing is known', () => {
  expect(new RunPace().timeOf(7, 3)).toBe(3000)
})

it('follows the runs, the later ones more', () => {
  const pace = new RunPace()
  for (const ms of [100, 100, 200]) pace.learn(ms)
  expect(pace.timeOf(1, 1)).toBe(120)
})

it('gives at least 10 ms and at most a minute, whatever the limit', () => {
  const pace = new RunPace()
  pace.learn(1)
  expect(pace.timeOf(1, Number.POSITIVE_INFINITY)).toBe(10)
  pace.learn(1e9)
  expect(pace.timeOf(1e6, 1)).toBe(60_000)
})
