import { concat, firstValueFrom, lastValueFrom, NEVER, of, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fallbackTo } from './fallback-to.ts'

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

  it('passes on the error of a function that throws', async () => {
    const spare = (): never => {
      throw new Error('no spare')
    }
    await expect(lastValueFrom(broken.pipe(fallbackTo<never>(spare)))).rejects.toThrow('no spare')
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
