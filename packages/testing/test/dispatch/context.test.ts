import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

describe('context of a call', () => {
  it('has functions that work when destructured', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', ({ n = 0 }) => n + 1),
        readTool(
          'parent',
          async (_, { call: child, dispatch, progress, remainingMs }) => {
            progress({ message: 'begun' })
            return [
              await child('child', { n: 1 }),
              await dispatch({ tool: 'child', arguments: '{"n":2}' }),
              remainingMs(),
            ]
          },
          { timeout: { total: 500 } },
        ),
      ],
    })
    const pending = call('parent')
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: [2, 3, 500] })
  })

  it('has an idempotency key that is unique to the runtime though a provider repeats its ids', async () => {
    const keys: string[] = []
    const { clock, runtime } = openRuntime({
      tools: [readTool('asks', (_, { idempotencyKey }) => void keys.push(idempotencyKey))],
    })
    for (let n = 0; n < 3; n += 1) void runtime.dispatch({ callId: 'call_0', tool: 'asks', arguments: {} })
    void runtime.dispatch({ callId: 'call_0', tool: 'asks', arguments: {} }, { idempotencyKey: 'mine' })
    await clock.advance(1)
    expect([new Set(keys).size, keys[3]]).toEqual([4, 'mine'])
  })

  it('gives the metadata of the call, or of its options', async () => {
    const seen: unknown[] = []
    const { clock, runtime } = openRuntime({ tools: [readTool('asks', (_, { metadata }) => void seen.push(metadata))] })
    void runtime.dispatch({ tool: 'asks', arguments: {}, metadata: { a: 1 } })
    void runtime.dispatch({ tool: 'asks', arguments: {} }, { metadata: { b: 2 } })
    void runtime.dispatch({ tool: 'asks', arguments: {} })
    await clock.advance(1)
    expect(seen).toEqual([{ a: 1 }, { b: 2 }, {}])
  })

  it('numbers the attempts', async () => {
    const seen: number[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('flaky', (_, { attempt }) => {
          seen.push(attempt)
          if (attempt < 3) throw httpError(503)
        }),
      ],
    })
    call('flaky')
    await clock.advance(60_000)
    expect(seen).toEqual([1, 2, 3])
  })

  it('lets a parent cancel one child and go on', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', (_, { signal }) => sleep(clock, 1_000, signal)),
        readTool('parent', async (_, context) => {
          const child = context.dispatch({ tool: 'child', arguments: {} })
          await sleep(clock, 5)
          void child.cancel()
          return (await child.result()).status
        }),
      ],
    })
    const pending = call('parent')
    await clock.advance(5)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'cancelled' })
  })

  it('settles the child of a deaf parent with its parent', async () => {
    const ends: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', forever, { timeout: { grace: 5 } }),
        readTool(
          'parent',
          (_, context) => {
            void context
              .dispatch({ tool: 'child', arguments: {} })
              .result()
              .then((result) => ends.push(result.status))
            return forever()
          },
          { timeout: { grace: 5 } },
        ),
      ],
    })
    const pending = call('parent')
    await clock.advance(1)
    void pending.cancel()
    await clock.advance(0)
    expect([await codeOf(pending), ends]).toEqual(['cancelled', ['cancelled']])
  })
})
