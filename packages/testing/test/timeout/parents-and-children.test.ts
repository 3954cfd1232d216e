import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, untilAborted } from '../fixture/tools.ts'

describe('parents and children', () => {
  it("judge the parent's own timeout before the error of a child that ended with it", async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', (_, { signal }) => untilAborted(signal)),
        readTool('attempt', (_, context) => context.call('child', {}), { timeout: { attempt: 40 }, retry: false }),
        readTool('total', (_, context) => context.call('child', {}), { timeout: { total: 40 } }),
      ],
    })
    const calls = [call('attempt'), call('total')]
    await clock.advance(40)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['TIMEOUT', 'DEADLINE_EXCEEDED'])
  })

  it("make a child's error the cause of the parent's, retried and judged only below", async () => {
    const tries = { child: 0, parent: 0 }
    const policy = { retry: { maxAttempts: 2, backoff: { type: 'constant', base: 1, jitter: 'none' } } } as const
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'child',
          () => {
            tries.child += 1
            throw httpError(503)
          },
          { ...policy, breaker: false },
        ),
        readTool(
          'parent',
          (_, context) => {
            tries.parent += 1
            return context.call('child', {})
          },
          { ...policy, breaker: { consecutiveFailures: 1 } },
        ),
      ],
    })
    for (let round = 0; round < 3; round += 1) {
      const pending = call('parent')
      await clock.advance(20_000)
      const error = await errorOf(pending)
      expect([error.code, error.cause]).toEqual([
        'EXECUTION_FAILED',
        expect.objectContaining({ code: 'EXECUTION_FAILED', tool: 'child' }),
      ])
    }
    expect(tries).toEqual({ child: 6, parent: 3 })
  })

  it('cancel children that still run when their attempt times out, as superseded or with its reason', async () => {
    const reasons: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', (_, { signal }) => {
          signal.addEventListener('abort', () => reasons.push((signal.reason as { kind: string }).kind))
          return untilAborted(signal)
        }),
        readTool(
          'parent',
          (_, context) => {
            void context.dispatch({ tool: 'child', arguments: {} })
            return context.attempt < 2 ? forever() : 'second'
          },
          {
            timeout: { attempt: 40, grace: 10 },
            retry: { maxAttempts: 2, backoff: { type: 'constant', base: 1, jitter: 'none' } },
            concurrency: { max: 2 },
          },
        ),
      ],
    })
    const parent = call('parent')
    await clock.advance(60)
    expect(await resultOf(parent)).toMatchObject({ status: 'ok', output: 'second' })
    expect(reasons).toEqual([expect.stringMatching(/timeout|superseded/), 'superseded'])
  })
})
