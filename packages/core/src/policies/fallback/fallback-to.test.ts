import { concat, firstValueFrom, from, lastValueFrom, NEVER, type Observable, of, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ToolError } from '../../errors/tool-error.ts'
import { fallbackTo } from './fallback-to.ts'

const noSpare = Object.assign(new Error('no spare'), { status: 503 })
const broken = throwError(() => new Error('down'))

describe('fallbackTo', () => {
  it('answers an error by a value, after what came before it', async () => {
    expect(await lastValueFrom(concat(of('a'), broken).pipe(fallbackTo('spare'), toArray()))).toEqual(['a', 'spare'])
  })

  it('answers by a function of the error, which may give a value, a promise or a stream', async () => {
    const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')
    expect(await lastValueFrom(broken.pipe(fallbackTo(messageOf)))).toBe('down')
    expect(await lastValueFrom(broken.pipe(fallbackTo(async () => 'later')))).toBe('later')
    expect(
      await lastValueFrom(
        broken.pipe(
          fallbackTo(() => of('b', 'c')),
          toArray(),
        ),
      ),
    ).toEqual(['b', 'c'])
  })

  it('takes an array for a value', async () => {
    expect(await lastValueFrom(broken.pipe(fallbackTo<readonly string[]>(['x', 'y'])))).toEqual(['x', 'y'])
  })

  it.each<[string, () => Observable<never>]>([
    [
      'throws',
      () => {
        throw noSpare
      },
    ],
    ['gives a stream that errors', () => throwError(() => noSpare)],
    ['rejects', () => from(Promise.reject(noSpare))],
  ])('where the function %s, tells that, with the first error as the cause', async (_how, spare) => {
    const first = new Error('down')
    const error = await lastValueFrom(throwError(() => first).pipe(fallbackTo<never>(spare))).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'EXECUTION_FAILED', message: 'no spare', details: { status: 503 } })
    expect((error as Error).cause).toBe(first)
  })

  it('keeps the code of a ToolError with which the function fails', async () => {
    const spare = (): never => {
      throw new ToolError({ code: 'QUEUE_FULL', message: 'full', tool: 't', callId: 'c', retryAfterMs: 5 })
    }
    await expect(lastValueFrom(broken.pipe(fallbackTo<never>(spare)))).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      retryAfterMs: 5,
      cause: { message: 'down' },
    })
  })

  it('answers nobody who has cancelled: an AbortError passes on unchanged', async () => {
    const reason = new DOMException('left', 'AbortError')
    const cancelled = throwError(() => reason)
    expect(await lastValueFrom(cancelled.pipe(fallbackTo('spare'))).catch((e: unknown) => e)).toBe(reason)
    expect(await lastValueFrom(broken.pipe(fallbackTo(() => cancelled))).catch((e: unknown) => e)).toBe(reason)
  })

  it('asks again for each subscription', async () => {
    let asked = 0
    const spare = (): number => {
      asked += 1
      return asked
    }
    const guarded = broken.pipe(fallbackTo(spare))
    expect([await lastValueFrom(guarded), await lastValueFrom(guarded)]).toEqual([1, 2])
  })

  it('asks nobody while the source is well, or when it is left', async () => {
    let asked = 0
    const spare = (): string => {
      asked += 1
      return 'spare'
    }
    expect(await firstValueFrom(of('fine').pipe(fallbackTo(spare)))).toBe('fine')
    NEVER.pipe(fallbackTo(spare)).subscribe().unsubscribe()
    expect(asked).toBe(0)
  })
})
