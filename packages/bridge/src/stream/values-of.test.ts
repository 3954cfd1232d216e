import { firstValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { valuesOf } from './values-of.ts'

async function* counting(log: string[]): AsyncGenerator<number> {
  try {
    for (let count = 1; count <= 3; count++) {
      log.push(`gave ${count}`)
      yield count
    }
  } finally {
    log.push('ended')
  }
}

describe('valuesOf', () => {
  it('reads an async iterable and a ReadableStream to their ends', async () => {
    expect(await firstValueFrom(valuesOf(counting([])).pipe(toArray()))).toEqual([1, 2, 3])
    expect(await firstValueFrom(valuesOf(ReadableStream.from(counting([]))).pipe(toArray()))).toEqual([1, 2, 3])
  })

  it('touches its source only once it is subscribed to', async () => {
    const log: string[] = []
    const values$ = valuesOf(counting(log))
    expect(log).toEqual([])
    await firstValueFrom(values$)
    expect(log[0]).toBe('gave 1')
  })

  it('errors as the source does, after what came before', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1
      throw new Error('reset')
    }
    const seen: unknown[] = []
    await new Promise<void>((resolve) => {
      valuesOf(failing()).subscribe({
        next: (value) => seen.push(value),
        error: (error) => {
          seen.push(error)
          resolve()
        },
      })
    })
    expect(seen).toEqual([1, new Error('reset')])
  })

  it('ends an iterable that is left, and gives nothing more', async () => {
    const log: string[] = []
    expect(await firstValueFrom(valuesOf(counting(log)))).toBe(1)
    await new Promise(setImmediate)
    expect(log.at(-1)).toBe('ended')
  })

  it('cancels a stream that is left while it waits', () => {
    let isCancelled = false
    const silent = new ReadableStream<number>({
      cancel: () => {
        isCancelled = true
      },
    })
    valuesOf(silent).subscribe().unsubscribe()
    expect(isCancelled).toBe(true)
  })

  it('passes over what a source throws when it is left', async () => {
    const stubborn = new ReadableStream<number>({ cancel: () => Promise.reject(new Error('no')) })
    valuesOf(stubborn).subscribe().unsubscribe()
    await new Promise(setImmediate) // an unhandled rejection would fail the run
    expect(stubborn.locked).toBe(true)
  })
})
