import type { CallContext } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, microtasks, readTool, untilAborted } from '../fixture/tools.ts'

interface Seen {
  aborts: number
  signal?: AbortSignal
}

/** A tool that tells how often and why its signal was aborted. */
const watching = (seen: Seen) =>
  readTool('wait', (_, { signal }: CallContext) => {
    seen.signal = signal
    signal.addEventListener('abort', () => {
      seen.aborts += 1
    })
    return untilAborted(signal)
  })

const kindOf = (reason: unknown): unknown => (reason as { kind?: unknown } | undefined)?.kind

describe('rule 1', () => {
  it('rule 1: unsubscribing aborts the signal in the same tick, once, as unsubscribed', async () => {
    const seen: Seen = { aborts: 0 }
    const { clock, runtime } = openRuntime({ tools: [watching(seen)] })
    const subscription = runtime.dispatch$({ tool: 'wait', arguments: {} }).subscribe()
    await clock.advance(5)
    expect(seen.signal?.aborted).toBe(false)
    subscription.unsubscribe()
    expect([seen.aborts, kindOf(seen.signal?.reason)]).toEqual([1, 'unsubscribed'])
    subscription.unsubscribe()
    await clock.advance(200_000)
    expect(seen.aborts).toBe(1)
  })

  it('rule 1: cancelling aborts the signal in the same tick, once, as cancelled', async () => {
    const seen: Seen = { aborts: 0 }
    const { clock, call } = openRuntime({ tools: [watching(seen)] })
    const pending = call('wait')
    await clock.advance(5)
    void pending.cancel()
    expect([seen.aborts, kindOf(seen.signal?.reason)]).toEqual([1, 'cancelled'])
    void pending.cancel('again')
    await clock.advance(200_000)
    expect([seen.aborts, (await resultOf(pending)).status]).toEqual([1, 'cancelled'])
  })

  it("rule 1: a reason of the caller's own reaches the signal, the result and the rejection unchanged", async () => {
    const seen: Seen = { aborts: 0 }
    const { clock, call } = openRuntime({ tools: [watching(seen)] })
    const reason = { why: 'user left' }
    const pending = call('wait')
    await clock.advance(5)
    void pending.cancel(reason)
    expect(seen.signal?.reason).toBe(reason)
    const result = await resultOf(pending)
    expect(result.status === 'cancelled' && result.reason).toBe(reason)
    await expect(pending).rejects.toBe(reason)
  })

  it('rule 1: without a reason the promise rejects with an AbortError, as fetch does', async () => {
    const { clock, call } = openRuntime({ tools: [readTool('wait', forever)] })
    const pending = call('wait')
    await clock.advance(5)
    void pending.cancel()
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
  })

  it("rule 1: an abort of the caller's signal aborts in the same tick, with that signal's reason", async () => {
    const seen: Seen = { aborts: 0 }
    const { clock, call } = openRuntime({ tools: [watching(seen)] })
    const controller = new AbortController()
    const pending = call('wait', {}, { signal: controller.signal })
    await clock.advance(5)
    controller.abort()
    expect(seen.aborts).toBe(1)
    expect(seen.signal?.reason).toBe(controller.signal.reason)
    const result = await resultOf(pending)
    expect(result.status === 'cancelled' && result.reason).toBe(controller.signal.reason)
  })

  it("rule 1: a caller's own TimeoutError is a cancellation, never a timeout", async () => {
    const { clock, call } = openRuntime({ tools: [readTool('wait', (_, { signal }) => untilAborted(signal))] })
    const controller = new AbortController()
    const pending = call('wait', {}, { signal: controller.signal })
    await clock.advance(5)
    const reason = new DOMException('too slow for me', 'TimeoutError')
    controller.abort(reason)
    expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason })
  })

  it('rule 1: a signal that was aborted before the call starts nothing', async () => {
    let ran = 0
    const { clock, call, events } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    const reason = new Error('before')
    const pending = call('count', {}, { signal: AbortSignal.abort(reason) })
    await clock.advance(5)
    expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason })
    expect([ran, events.filter((event) => event.type === 'attempt-start').length]).toEqual([0, 0])
  })

  it('rule 1: a signal that the tool reads only after the cancel is aborted with the same reason', async () => {
    let context: CallContext | undefined
    const keeping = readTool('keep', (_, given) => {
      context = given
      return forever()
    })
    const { clock, call } = openRuntime({ tools: [keeping] })
    const pending = call('keep')
    await clock.advance(5)
    void pending.cancel('enough')
    expect([context?.signal.aborted, context?.signal.reason]).toEqual([true, 'enough'])
  })

  it('rule 1: nothing is aborted when a call ends well', async () => {
    let signal: AbortSignal | undefined
    const quick = readTool('quick', (_, context) => {
      signal = context.signal
    })
    const { clock, runtime } = openRuntime({ tools: [quick] })
    const subscription = runtime.dispatch$({ tool: 'quick', arguments: {} }).subscribe()
    await clock.advance(5)
    subscription.unsubscribe()
    await microtasks()
    expect(signal?.aborted).toBe(false)
  })
})
