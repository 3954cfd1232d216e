import { expect, it } from 'vitest'
import { StoreHealth } from './store-health.ts'

it('suspends after three failures in a row, for a second', () => {
  const health = new StoreHealth()
  expect([health.fail(0), health.fail(1), health.fail(2)]).toEqual([undefined, undefined, 1000])
  expect([health.isSuspended(2), health.isSuspended(1001), health.isSuspended(1002)]).toEqual([true, true, false])
})

it('counts failures only when nothing succeeds between them', () => {
  const health = new StoreHealth()
  health.fail(0)
  health.fail(1)
  expect(health.succeed(2)).toBe(false)
  expect([health.fail(3), health.fail(4), health.fail(5)]).toEqual([undefined, undefined, 1000])
})

it('suspends twice as long at each failure that follows a suspension, up to 30 s', () => {
  const health = new StoreHealth()
  health.fail(0)
  health.fail(0)
  let now = 0
  const times: (number | undefined)[] = []
  for (let round = 0; round < 7; round += 1) {
    const forMs = health.fail(now)
    times.push(forMs)
    now += forMs ?? 0
  }
  expect(times).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

it('is back with the first success after a suspension, and forgets how long it was away', () => {
  const health = new StoreHealth()
  for (let n = 0; n < 3; n += 1) health.fail(0)
  expect([health.isAway, health.succeed(999), health.succeed(1000), health.isAway]).toEqual([true, false, true, false])
  for (let n = 0; n < 2; n += 1) health.fail(2000)
  expect(health.fail(2000)).toBe(1000)
})

it('does not count what fails while it is suspended', () => {
  const health = new StoreHealth()
  for (let n = 0; n < 3; n += 1) health.fail(0)
  expect(health.fail(500)).toBeUndefined()
  expect([health.remainingMs(500), health.remainingMs(5000)]).toEqual([500, 0])
})

it('knows how long ago it failed, also after it has answered again', () => {
  const health = new StoreHealth()
  expect(health.hasFailedWithin(100, 0)).toBe(false)
  health.fail(10)
  health.succeed(20)
  expect([health.hasFailedWithin(100, 109), health.hasFailedWithin(100, 110)]).toEqual([true, false])
})
