import { afterEach, expect, it, vi } from 'vitest'
import { ServerClock } from './server-clock.ts'

let at = 1_000
const clock = (): ServerClock => {
  vi.spyOn(performance, 'now').mockImplementation(() => at)
  return new ServerClock()
}
afterEach(() => vi.restoreAllMocks())

it('has to be told the time first, and then knows how far the caller is ahead', () => {
  const server = clock()
  const asked = server.ask(700_000)
  expect(asked.aheadMs).toBeUndefined()
  expect(server.note(asked, 100_000)).toBe(600_000)
  at += 20_000
  expect(server.ask(720_000).aheadMs).toBe(600_000)
})

it('does not mind how long an answer took', () => {
  const server = clock()
  const asked = server.ask(5_000)
  at += 400
  server.note(asked, 5_000)
  expect(server.ask(5_400).aheadMs).toBe(0)
})

it('has to be told again after half a minute, and when a clock was set', () => {
  const server = clock()
  server.note(server.ask(5_000), 5_000)
  expect(server.ask(4_700).aheadMs).toBeUndefined()
  expect(server.ask(605_000).aheadMs).toBeUndefined()
  at += 30_000
  expect(server.ask(35_000).aheadMs).toBeUndefined()
})
