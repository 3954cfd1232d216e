import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

/** A backend that can do so many calls at once, and answers the others with a 503. */
function stage(capacity: number, adaptive = {}) {
  const running = { now: 0, most: 0 }
  const opened = openRuntime({
    tools: [
      readTool(
        'api',
        async ({ n = 0 }) => {
          running.now += 1
          running.most = Math.max(running.most, running.now)
          const isTooMuch = running.now > capacity
          await sleep(opened.clock, isTooMuch ? 1 : n)
          running.now -= 1
          if (isTooMuch) throw httpError(503)
        },
        { retry: false, breaker: false, concurrency: { adaptive, queue: 100_000 }, timeout: { total: 1e9 } },
      ),
    ],
  })
  const limits = (): number[] => opened.events.flatMap((event) => (event.type === 'limit-change' ? [event.max] : []))
  return { ...opened, running, limits }
}

describe('admission: a limit that adapts', () => {
  it('starts at 10 and grows while the backend keeps up, up to 100', async () => {
    const s = stage(1000)
    for (let n = 0; n < 2000; n += 1) s.call('api', { n: 10 })
    await s.clock.advance(10)
    expect(s.running.most).toBe(20)
    await s.clock.advance(10_000)
    expect([s.running.most, Math.max(...s.limits())]).toEqual([100, 100])
    expect(s.runtime.snapshot().limits).toMatchObject([{ tool: 'api', max: s.limits().at(-1) }])
  })

  it('finds out what the backend can take', async () => {
    const s = stage(25)
    const calls = Array.from({ length: 5000 }, (_, index) => s.call('api', { n: 20 + ((index * 7) % 31) }))
    await s.clock.advance(100_000)
    const codes = await Promise.all(calls.slice(1000).map(codeOf))
    const failed = codes.filter((code) => code !== 'ok').length
    expect(failed / codes.length).toBeLessThan(0.1)
    const late = s.limits().slice(-50)
    const mean = late.reduce((sum, limit) => sum + limit, 0) / late.length
    expect([mean > 12, Math.max(...late) <= 35]).toEqual([true, true])
  })

  it('does not grow while less than half of it is in use', async () => {
    const s = stage(1000)
    for (let n = 0; n < 100; n += 1) {
      for (let call = 0; call < 4; call += 1) s.call('api', { n: 10 })
      await s.clock.advance(10)
    }
    expect(s.limits()).toEqual([])
  })

  it.each([{ attempt: 50 }, { idle: 50 }, { total: 50 }])(
    'goes down with a timeout %j, but not with a cancelled call',
    async (timeout) => {
      const limits: number[] = []
      const { call, clock, events } = openRuntime({
        tools: [
          readTool('api', forever, {
            retry: false,
            breaker: false,
            concurrency: { adaptive: {} },
            timeout,
          }),
        ],
      })
      const gone = call('api')
      await clock.advance(10)
      void gone.cancel('enough')
      call('api', {}, { deadline: clock.now() + 20 })
      call('api')
      await clock.advance(50)
      for (const event of events) if (event.type === 'limit-change') limits.push(event.max)
      expect(limits).toEqual([9])
    },
  )
})
