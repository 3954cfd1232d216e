import { createRuntime, toolFailure } from '@headrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adoptTool } from './adopt-tool.ts'
import { outputsOf } from './outputs-of.ts'

/** The call of a tool that runs what it is given. */
function callOf(run: () => unknown) {
  const runtime = createRuntime()
  onTestFinished(() => runtime.close())
  return adoptTool(runtime, { name: 'stream' }).call$({}, run)
}

async function collect(outputs: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const value of outputs) values.push(value)
  return values
}

describe('outputsOf', () => {
  it('gives every value that a call streams, and a result of its own last', async () => {
    const plain = callOf(async function* () {
      yield 1
      yield 2
    })
    const returning = callOf(async function* () {
      yield 1
      return 'sum'
    })
    expect(await collect(outputsOf(plain))).toEqual([1, 2])
    expect(await collect(outputsOf(returning))).toEqual([1, 'sum'])
    expect(await collect(outputsOf(callOf(() => 'one value')))).toEqual(['one value'])
  })

  it('throws the error of a call that fails, after what came before', async () => {
    const seen: unknown[] = []
    const outputs = outputsOf(
      callOf(async function* () {
        yield 1
        throw toolFailure({ message: 'broken off' })
      }),
    )
    const reading = (async () => {
      for await (const value of outputs) seen.push(value)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'EXECUTION_FAILED' })
    expect(seen).toEqual([1])
  })

  it('cancels the call when the loop is left', async () => {
    const ended = Promise.withResolvers<void>()
    const endless = callOf(async function* () {
      try {
        for (;;) yield await Promise.resolve(1)
      } finally {
        ended.resolve()
      }
    })
    for await (const value of outputsOf(endless)) {
      expect(value).toBe(1)
      break
    }
    await ended.promise
  })
})
