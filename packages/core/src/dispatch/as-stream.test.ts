import { lastValueFrom, of, Subject, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { asStream } from './as-stream.ts'

test.each([
  ['a string', 'abc'],
  ['nothing', undefined],
  ['null', null],
  ['a function', () => 1],
  ['an array', [1]],
  ['a plain object', { a: 1 }],
  ['an object without a prototype', Object.create(null)],
  ['a set', new Set([1])],
  ['a sync generator', (function* () {})()],
  ['a typed array', new Uint8Array(2)],
  ['something to subscribe to that is no observable', { subscribe: () => 1 }],
])('%s is one value', (_, value) => {
  expect(asStream(value)).toBeUndefined()
})

test('an async generator and a web stream are async iterables', () => {
  for (const source of [(async function* () {})(), new ReadableStream()]) {
    expect(asStream(source)).toEqual({ kind: 'async-iterable', source })
  }
})

test('an observable is passed on as it is', () => {
  for (const source of [of(1), new Subject()]) expect(asStream(source)).toEqual({ kind: 'observable', source })
})

test.each(['@@observable', Symbol.observable ?? '@@observable'])('a foreign observable with %s is one', async (key) => {
  const foreign = { [key]: () => of(1, 2) }
  const stream = asStream(foreign)
  if (stream?.kind !== 'observable') throw new Error('no observable')
  expect(await lastValueFrom(stream.source.pipe(toArray()))).toEqual([1, 2])
})

test('a foreign observable that throws at subscription is a stream that errors', async () => {
  const foreign = {
    '@@observable': () => {
      throw new Error('no')
    },
  }
  const stream = asStream(foreign)
  if (stream?.kind !== 'observable') throw new Error('no observable')
  await expect(lastValueFrom(stream.source)).rejects.toThrow('no')
})
