import { config, Observable } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

const stray: unknown[] = []
const onStray = (reason: unknown): void => void stray.push(reason)

beforeEach(() => {
  process.on('unhandledRejection', onStray)
  process.on('uncaughtException', onStray)
})

afterEach(() => {
  process.off('unhandledRejection', onStray)
  process.off('uncaughtException', onStray)
  config.onUnhandledError = null
})

/** Lets Node report rejections that nobody handles, and RxJS the errors of listeners, which it throws from a timer. */
async function strays(): Promise<unknown[]> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0))
  return stray.splice(0)
}

describe('rule 5', () => {
  it('rule 5: pending calls that nobody awaits hurt nobody, however they end', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('bad', () => {
          throw httpError(400)
        }),
        readTool('late', () => sleep(clock, 50).then(() => Promise.reject(new Error('late'))), {
          timeout: { attempt: 10 },
        }),
        readTool('slow', (_, { signal }) => sleep(clock, 1_000, signal)),
      ],
    })
    for (const name of ['bad', 'late', 'slow', 'nowhere']) call(name)
    void call('slow').cancel('enough')
    runtime.dispatch({ tool: 'bad', arguments: '{' })
    await clock.advance(100_000)
    expect(await strays()).toEqual([])
  })

  it('rule 5: subscribers without an error handler hurt nobody', async () => {
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('bad', () => {
          throw httpError(400)
        }),
      ],
    })
    runtime.dispatch$({ tool: 'bad', arguments: {} }).subscribe()
    runtime.dispatch$({ tool: 'nowhere', arguments: {} }).subscribe()
    runtime.dispatchMany$([{ tool: 'bad', arguments: {} }]).subscribe()
    runtime.dispatch({ tool: 'bad', arguments: {} }).events$.subscribe()
    await clock.advance(10)
    expect(await strays()).toEqual([])
  })

  it('rule 5: a late attempt that rejects or throws while it is cleaned up hurts nobody', async () => {
    const policy = { timeout: { attempt: 10, grace: 10 }, retry: false } as const
    async function* stubborn() {
      try {
        yield 'part'
        await sleep(clock, 50)
        yield 'more'
      } finally {
        await Promise.reject(new Error('cleaning up failed'))
      }
    }
    const { clock, call } = openRuntime({
      tools: [
        readTool('generator', stubborn, policy),
        readTool(
          'observable',
          () =>
            new Observable(() => () => {
              throw new Error('teardown')
            }),
          policy,
        ),
        readTool('late', () => sleep(clock, 100).then(() => Promise.reject(new Error('late'))), policy),
      ],
    })
    config.onUnhandledError = () => {}
    const calls = ['generator', 'observable', 'late'].map((name) => call(name))
    await clock.advance(10)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT'])
    await clock.advance(1_000)
    expect(await strays()).toEqual([])
  })

  it('rule 5: a retry that follows a late attempt takes nothing of it', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'flaky',
          async () => {
            tries += 1
            if (tries > 1) return 'second'
            await sleep(clock, 500)
            throw new Error('late')
          },
          {
            timeout: { attempt: 10 },
            retry: { maxAttempts: 2, backoff: { type: 'constant', base: 1, jitter: 'none' } },
          },
        ),
      ],
    })
    const pending = call('flaky')
    await clock.advance(11)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'second' })
    await clock.advance(1_000)
    expect(await strays()).toEqual([])
  })

  it("rule 5: a listener that throws is RxJS's to report, and disturbs neither the call nor other listeners", async () => {
    const reported: unknown[] = []
    config.onUnhandledError = (error) => reported.push(error)
    const { clock, runtime, events } = openRuntime({ tools: [readTool('echo', ({ q }) => q)] })
    const bad = new Error('bad listener')
    const good: string[] = []
    runtime.events$.subscribe(() => {
      throw bad
    })
    runtime.events$.subscribe((event) => good.push(event.type))
    const pending = runtime.dispatch({ tool: 'echo', arguments: { q: 'x' } })
    pending.events$.subscribe(() => {
      throw bad
    })
    runtime.dispatch$({ tool: 'echo', arguments: { q: 'y' } }).subscribe(() => {
      throw bad
    })
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'x' })
    expect(good.filter((type) => type === 'call-settle').length).toBe(2)
    expect(events.filter((event) => event.type === 'call-settle').length).toBe(2)
    expect(await strays()).toEqual([])
    expect(new Set(reported)).toEqual(new Set([bad]))
  })
})
