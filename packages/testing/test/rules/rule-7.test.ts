import { defineTool, type PendingCall } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { gate, httpError, microtasks, readTool, sleep, untilAborted } from '../fixture/tools.ts'

/** Cancels and tells whether the call has settled, and its cancel too, before the macrotask ends. */
async function cancelNow(call: PendingCall<unknown>): Promise<string> {
  let macrotasks = 0
  const counter = setImmediate(() => (macrotasks += 1))
  let code = 'pending'
  void call.result().then((result) => {
    code = result.status
  })
  void call.cancel()
  await microtasks()
  clearImmediate(counter)
  return macrotasks === 0 ? code : 'a later macrotask'
}
const constant = (base: number) => ({ type: 'constant', base, jitter: 'none' }) as const

describe('rule 7', () => {
  it('rule 7: cancelling reaches the wait for a permit: the waiter leaves and never runs', async () => {
    const ran: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'one',
          ({ q = '' }) => {
            ran.push(q)
            return sleep(clock, 10)
          },
          { concurrency: { max: 1, queue: 1 } },
        ),
      ],
    })
    call('one', { q: 'first' })
    const second = call('one', { q: 'second' })
    await clock.advance(1)
    expect(second.status).toBe('queued')
    expect(await cancelNow(second)).toBe('cancelled')
    const third = call('one', { q: 'third' })
    await clock.advance(20)
    expect([ran, await codeOf(third)]).toEqual([['first', 'third'], 'ok'])
  })

  it('rule 7: cancelling reaches the wait for the global permit', async () => {
    const ran: string[] = []
    const tool = (name: string) =>
      readTool(name, () => {
        ran.push(name)
        return sleep(clock, 10)
      })
    const { clock, call } = openRuntime({
      tools: [tool('a'), tool('b'), tool('c')],
      policy: { global: { concurrency: { max: 1 } } },
    })
    call('a')
    const waiting = call('b')
    await clock.advance(1)
    expect(await cancelNow(waiting)).toBe('cancelled')
    call('c')
    await clock.advance(30)
    expect(ran).toEqual(['a', 'c'])
  })

  it('rule 7: cancelling reaches a backoff wait, and nothing runs any more', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'flaky',
          () => {
            tries += 1
            throw httpError(503)
          },
          { retry: { maxAttempts: 5, backoff: constant(2_000) } },
        ),
      ],
    })
    const pending = call('flaky')
    await clock.advance(5)
    expect(await cancelNow(pending)).toBe('cancelled')
    await clock.advance(60_000)
    expect(tries).toBe(1)
  })

  it('rule 7: cancelling a probe gives its permit back at once', async () => {
    let isDown = true
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'backend',
          (_, { signal }) => {
            if (isDown) throw httpError(500)
            return sleep(clock, 60, signal).then(() => 'up')
          },
          { retry: false, breaker: { consecutiveFailures: 1, openFor: 50 } },
        ),
      ],
    })
    call('backend')
    await clock.advance(100)
    isDown = false
    const probe = call('backend')
    await clock.advance(5)
    const beside = call('backend')
    await clock.advance(0)
    expect(await codeOf(beside)).toBe('CIRCUIT_OPEN')
    expect(await cancelNow(probe)).toBe('cancelled')
    const next = call('backend')
    await clock.advance(60)
    expect(await codeOf(next)).toBe('ok')
  })

  it('rule 7: cancelling reaches a call that joined a flight', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('read', () => sleep(clock, 40).then(() => 'shared'), { cache: { ttl: 60_000, scope: 'shared' } }),
      ],
    })
    const [first, second] = [call('read'), call('read')]
    await clock.advance(5)
    expect(await cancelNow(second)).toBe('cancelled')
    expect(first.status).toBe('running')
    await clock.advance(40)
    expect(await codeOf(first)).toBe('ok')
  })

  it('rule 7: cancelling a parent reaches its child, and the child of its child', async () => {
    const seen: string[] = []
    const parent = (name: string, child: string) =>
      readTool(name, (_, context) => {
        context.signal.addEventListener('abort', () => seen.push(name))
        return context.dispatch({ tool: child, arguments: {} })
      })
    const leaf = readTool('leaf', (_, { signal }) => {
      signal.addEventListener('abort', () => seen.push('leaf'))
      return untilAborted(signal)
    })
    const { clock, call } = openRuntime({ tools: [parent('top', 'middle'), parent('middle', 'leaf'), leaf] })
    const pending = call('top')
    await clock.advance(5)
    expect(await cancelNow(pending)).toBe('cancelled')
    expect(seen.toSorted()).toEqual(['leaf', 'middle', 'top'])
  })

  it('rule 7: cancelling reaches validation that is not done yet', async () => {
    let ran = 0
    const { opened } = gate()
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => opened.then(() => ({ value: {} })) },
    } as const
    const tool = defineTool({ name: 'slow', description: 'slow', inputSchema: schema, execute: () => (ran += 1) })
    const { clock, call } = openRuntime({ tools: [tool] })
    const pending = call('slow')
    await clock.advance(5)
    expect([await cancelNow(pending), ran]).toEqual(['cancelled', 0])
  })
})
