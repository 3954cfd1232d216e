import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, gate, readTool, sleep } from '../fixture/tools.ts'

describe('abandoned runs', () => {
  it('keep their permit until the work really ends', async () => {
    let now = 0
    let most = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          async () => {
            now += 1
            most = Math.max(most, now)
            await sleep(clock, 150)
            now -= 1
          },
          { timeout: { attempt: 30 }, retry: false, breaker: false, concurrency: { max: 1 } },
        ),
      ],
    })
    const calls = [call('deaf'), call('deaf'), call('deaf')]
    await clock.advance(160)
    expect([await codeOf(calls[0] ?? call('none')), calls[1]?.status, calls[2]?.status]).toEqual([
      'TIMEOUT',
      'running',
      'queued',
    ])
    await clock.advance(1_000)
    expect([await Promise.all(calls.map(codeOf)), most]).toEqual([['TIMEOUT', 'TIMEOUT', 'TIMEOUT'], 1])
  })

  it('give their permit away when the grace is over, and are reported', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('deaf', ({ q }) => (q === 'deaf' ? forever() : q), {
          timeout: { attempt: 30, grace: 100 },
          retry: false,
          breaker: false,
          concurrency: { max: 1, maxAbandoned: 2 },
        }),
      ],
    })
    call('deaf', { q: 'deaf' })
    const next = call('deaf', { q: 'next' })
    await clock.advance(129)
    expect(next.status).toBe('queued')
    await clock.advance(1)
    expect(await codeOf(next)).toBe('ok')
    expect(events.filter((event) => event.type === 'call-abandon')).toMatchObject([{ tool: 'deaf', attempt: 1 }])
  })

  it('of a cancelled call are treated alike', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('deaf', ({ q }) => (q === 'deaf' ? forever() : q), {
          timeout: { grace: 100 },
          concurrency: { max: 1, maxAbandoned: 2 },
        }),
      ],
    })
    const first = call('deaf', { q: 'deaf' })
    const next = call('deaf', { q: 'next' })
    await clock.advance(10)
    void first.cancel()
    expect(await codeOf(first)).toBe('cancelled')
    await clock.advance(99)
    expect(next.status).toBe('queued')
    await clock.advance(1)
    expect([await codeOf(next), events.filter((event) => event.type === 'call-abandon').length]).toEqual(['ok', 1])
  })

  it('beyond maxAbandoned make new calls fail at once with TOOL_STUCK, and each one that ends frees one', async () => {
    const ends = [gate(), gate()]
    let started = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          () => {
            started += 1
            return ends[started - 1]?.opened ?? 'quick'
          },
          {
            timeout: { attempt: 10, grace: 10 },
            retry: false,
            breaker: false,
            concurrency: { max: 3, maxAbandoned: 2 },
          },
        ),
      ],
    })
    call('deaf')
    call('deaf')
    await clock.advance(20)
    const refused = call('deaf')
    await clock.advance(0)
    expect([await codeOf(refused), started]).toEqual(['TOOL_STUCK', 2])
    ends[0]?.open()
    await clock.advance(0)
    const admitted = call('deaf')
    await clock.advance(0)
    expect([await codeOf(admitted), started]).toEqual(['ok', 3])
    ends[1]?.open()
  })

  it('may be as many as may run, by default', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 2 },
        }),
      ],
    })
    call('deaf')
    await clock.advance(20)
    const second = call('deaf')
    await clock.advance(20)
    const third = call('deaf')
    await clock.advance(0)
    expect([await codeOf(second), await codeOf(third)]).toEqual(['TIMEOUT', 'TOOL_STUCK'])
  })

  it('beyond maxAbandoned keep their permits', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 3, maxAbandoned: 1 },
        }),
      ],
    })
    for (let n = 0; n < 3; n += 1) call('deaf')
    await clock.advance(30)
    expect(runtime.snapshot().queues.find((queue) => queue.key === 'deaf')).toMatchObject({ running: 2, queued: 0 })
  })

  it('make those fail who wait already when the last permit is abandoned', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 1 },
        }),
      ],
    })
    const calls = [call('deaf'), call('deaf')]
    await clock.advance(20)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['TIMEOUT', 'TOOL_STUCK'])
  })
})
