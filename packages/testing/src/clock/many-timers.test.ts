import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../test-clock.ts'

describe('installed clock: many timers', () => {
  it('runs 100,000 timers of all kinds in their order', { timeout: 60_000 }, async () => {
    using clock = createTestClock({ install: true })
    const seen: number[] = []
    for (let index = 0; index < 100_000; index += 1) {
      const ms = 1 + ((index * 7_919) % 1_000)
      const run = (): void => void seen.push(ms * 100_000 + index)
      if (index % 2 === 0) setTimeout(run, ms)
      else clock.setTimer(ms, run)
    }
    await clock.advance(1_000)
    expect(seen.length).toBe(100_000)
    expect(seen.every((value, index) => index === 0 || value > (seen[index - 1] ?? 0))).toBe(true)
  })

  it('names the interval that never ends', async () => {
    using clock = createTestClock({ install: true, maxTimers: 1_000 })
    setInterval(function heartbeat() {}, 5)
    const error = await clock.runAll().catch((caught: unknown) => caught as Error)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /1000 timers ran .* Next is a setInterval of 5 ms that runs 'heartbeat', due in 5 ms$/,
      ),
      cause: { stack: expect.stringContaining('The next timer was set here') },
    })
  })

  it('names a loop of waits and shows where it waits', async () => {
    using clock = createTestClock({ install: true, maxTimers: 200 })
    async function pollForEver(): Promise<never> {
      for (;;) await sleep(1)
    }
    void pollForEver()
    const error = await clock.advance(10_000).catch((caught: unknown) => caught as Error)
    expect(error).toMatchObject({ cause: { stack: expect.stringContaining('pollForEver') } })
  })

  it('gives up on immediates that set themselves again', async () => {
    using clock = createTestClock({ install: true, maxTimers: 50 })
    const again = (): void => void setImmediate(again)
    again()
    await expect(clock.advance(0)).rejects.toThrow("Next is a setImmediate of 0 ms that runs 'again', due in 0 ms")
  })
})
