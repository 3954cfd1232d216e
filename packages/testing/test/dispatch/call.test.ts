import { Observable, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

describe('a call', () => {
  it('starts its tool before it gives control back to the event loop', async () => {
    let ran = 0
    const { call } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    call('count')
    await Promise.resolve()
    await Promise.resolve()
    expect(ran).toBe(1)
  })

  it('goes from queued over running to settled', async () => {
    const { clock, call } = openRuntime({
      tools: [readTool('one', () => sleep(clock, 10), { concurrency: { max: 1 } })],
    })
    const [first, second] = [call('one'), call('one')]
    await clock.advance(1)
    expect([first.status, second.status]).toEqual(['running', 'queued'])
    await clock.advance(10)
    expect([first.status, second.status]).toEqual(['settled', 'running'])
    await clock.advance(10)
    expect(await codeOf(second)).toBe('ok')
  })

  it('takes an array, a string or an iterable for one value, and an observable for a stream', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('array', () => ['a', 'b']),
        readTool('string', () => 'abc'),
        readTool('set', () => new Set([1])),
        readTool('observable', () => of(1, 2, 3)),
        readTool('empty', () => new Observable((subscriber) => subscriber.complete())),
      ],
    })
    const calls = ['array', 'string', 'set', 'observable', 'empty'].map((name) => call(name))
    await clock.advance(1)
    const outputs = (await Promise.all(calls.map(resultOf))).map((result) =>
      result.status === 'ok' ? result.output : result.status,
    )
    expect(outputs).toEqual([['a', 'b'], 'abc', new Set([1]), 3, undefined])
  })

  it('has the last value of a generator without a return value as its result', async () => {
    async function* stream() {
      yield 1
      yield 2
    }
    const { clock, call } = openRuntime({ tools: [readTool('stream', stream)] })
    const pending = call('stream')
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 2 })
  })
})
