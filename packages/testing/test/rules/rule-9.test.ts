import { createSeededRandom, createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

/** Runs one busy schedule and gives everything that was seen, as JSON lines. */
async function run(seed: number): Promise<string> {
  const clock = createTestClock({ now: 1_000_000 })
  const script = createSeededRandom(seed)
  const work = async (n: number, signal: AbortSignal): Promise<string> => {
    await sleep(clock, n % 13, signal)
    if (n % 3 === 0) throw httpError(503)
    if (n % 7 === 0) throw httpError(400)
    return `did ${n}`
  }
  const { runtime, events } = openRuntime({
    clock,
    random: createSeededRandom(seed + 1),
    policy: { concurrency: { max: 2 }, timeout: { attempt: 10 } },
    tools: [
      readTool('work', ({ n = 0 }, { signal }) => work(n, signal)),
      readTool('read', ({ n = 0 }, { signal }) => work(n, signal), { cache: { ttl: 1_000, scope: 'shared' } }),
    ],
  })
  const calls = Array.from({ length: 60 }, () => {
    const tool = script() < 0.5 ? 'work' : 'read'
    return runtime.dispatch(
      { tool, arguments: { n: Math.floor(script() * 20) } },
      { session: `s${Math.floor(script() * 3)}` },
    )
  })
  for (const call of calls) {
    if (script() < 0.2) void call.cancel('enough')
    await clock.advance(Math.floor(script() * 4))
  }
  await clock.advance(200_000)
  await Promise.all(calls.map((call) => call.result()))
  return events.map((event) => JSON.stringify(event)).join('\n')
}

describe('rule 9', () => {
  it('rule 9: one schedule with one seed gives the same events, byte for byte', async () => {
    const first = await run(11)
    expect(first.split('\n').length).toBeGreaterThan(200)
    expect(await run(11)).toBe(first)
  })

  it('rule 9: another seed gives other events', async () => {
    expect(await run(12)).not.toBe(await run(11))
  })
})
