import type { CallEvent } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

const typesOf = (events: readonly { type: string }[]): string[] => events.map((event) => event.type)

describe('events of a call', () => {
  it('begin with call-start, end with call-settle, and carry call, tool and time', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('slow', () => sleep(clock, 10).then(() => 'done'))] })
    const seen: CallEvent[] = []
    let isComplete = false
    const start = clock.now()
    runtime.dispatch$({ callId: 'mine', tool: 'slow', arguments: {} }).subscribe({
      next: (event) => seen.push(event),
      complete: () => {
        isComplete = true
      },
    })
    await clock.advance(10)
    expect(typesOf(seen)).toEqual(['call-start', 'attempt-start', 'call-settle'])
    expect(seen.map((event) => [event.callId, event.tool, event.at])).toEqual(
      [start, start, start + 10].map((at) => ['mine', 'slow', at]),
    )
    expect(isComplete).toBe(true)
  })

  it('are the same on the runtime, in the same order', async () => {
    const { clock, runtime, events } = openRuntime({
      tools: [
        readTool('flaky', (_, { attempt, progress }) => {
          progress({ message: 'trying' })
          if (attempt < 3) throw httpError(503)
        }),
      ],
    })
    const seen: CallEvent[] = []
    runtime.dispatch$({ tool: 'flaky', arguments: {} }).subscribe((event) => seen.push(event))
    await clock.advance(60_000)
    expect(events).toEqual(seen)
  })

  it('put outputs and progress between the start and the end of their attempt', async () => {
    async function* stream(_: unknown, { progress }: { progress: (update: object) => void }) {
      yield 'a'
      progress({ progress: 1, total: 2 })
      yield 'b'
      return 'whole'
    }
    const { clock, call, events } = openRuntime({ tools: [readTool('stream', stream)] })
    const pending = call('stream')
    await clock.advance(1)
    expect(typesOf(events)).toEqual(['call-start', 'attempt-start', 'output', 'progress', 'output', 'call-settle'])
    expect(events[2]).toMatchObject({ attempt: 1, value: 'a' })
    expect(events[3]).toMatchObject({ progress: 1, total: 2 })
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'whole' })
  })

  it('are not emitted after the end, though the tool still talks', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool(
          'talks',
          async (_, { progress }) => {
            await sleep(clock, 50)
            progress({ message: 'late' })
          },
          { timeout: { attempt: 10 }, retry: false },
        ),
      ],
    })
    call('talks')
    await clock.advance(100)
    const types = typesOf(events)
    expect(types.slice(types.indexOf('call-settle'))).toEqual(['call-settle', 'late-result'])
  })

  it('of a pending call follow the subscription, and after the end are the terminal one alone', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('stream', async (_, { progress }) => {
          progress({ message: 'one' })
          await sleep(clock, 10)
          progress({ message: 'two' })
          await sleep(clock, 10)
        }),
      ],
    })
    const pending = call('stream')
    await clock.advance(5)
    const during: CallEvent[] = []
    pending.events$.subscribe((event) => during.push(event))
    await clock.advance(20)
    const after: CallEvent[] = []
    let isComplete = false
    pending.events$.subscribe({ next: (event) => after.push(event), complete: () => (isComplete = true) })
    expect([typesOf(during), typesOf(after), isComplete]).toEqual([['progress', 'call-settle'], ['call-settle'], true])
    expect(after[0]).toMatchObject({ result: await resultOf(pending) })
  })

  it('begin anew with each subscription of a cold call', async () => {
    let runs = 0
    const { clock, runtime } = openRuntime({ tools: [readTool('count', () => (runs += 1))] })
    const cold = runtime.call$('count', {})
    await clock.advance(1)
    expect(runs).toBe(0)
    for (let n = 0; n < 2; n += 1) cold.subscribe()
    await clock.advance(1)
    expect(runs).toBe(2)
  })

  it('never error: a failing call ends with a value', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('bad', () => Promise.reject(new Error('x')))] })
    const seen: string[] = []
    runtime.dispatch$({ tool: 'bad', arguments: {} }).subscribe({
      next: (event) => seen.push(event.type),
      error: () => seen.push('error'),
      complete: () => seen.push('complete'),
    })
    await clock.advance(1)
    expect(seen.slice(-2)).toEqual(['call-settle', 'complete'])
  })

  it('of an unknown tool and of broken arguments are one start at most and one end', async () => {
    const { clock, runtime, events } = openRuntime({ tools: [readTool('echo', () => 1)] })
    for (const call of [
      { tool: 'nowhere', arguments: {} },
      { tool: 'echo', arguments: '{' },
    ])
      runtime.dispatch(call)
    await clock.advance(1)
    expect(typesOf(events).filter((type) => type !== 'call-start')).toEqual(['call-settle', 'call-settle'])
  })
})
