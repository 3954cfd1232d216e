import { expect, it } from 'vitest'
import { LostInvalidations } from './lost-invalidations.ts'

const entry = (...tags: readonly string[]) => ({ id: '1', value: 1, storedAt: 0, expiresAt: 1, tags })

it('concerns what carries one of the tags, in the partition, or in any', () => {
  const lost = new LostInvalidations()
  lost.add({ partition: 'p', tags: ['a', 'b'] })
  expect([lost.concerns('p', entry('b', 'c')), lost.concerns('p', entry('c')), lost.concerns('q', entry('a'))]).toEqual(
    [true, false, false],
  )
  lost.add({ partition: undefined, tags: ['c'] })
  expect([lost.concerns('q', entry('c')), lost.concerns('q', entry())]).toEqual([true, false])
  lost.add({ partition: undefined, tags: undefined })
  expect(lost.concerns('q', entry())).toBe(true)
})

it('is over for what the store was told', () => {
  const lost = new LostInvalidations()
  lost.add({ partition: 'p', tags: ['a'] })
  lost.add({ partition: 'p', tags: ['b'] })
  const [first] = lost.all
  if (first !== undefined) lost.remove(first)
  expect([lost.concerns('p', entry('a')), lost.concerns('p', entry('b')), lost.isEmpty]).toEqual([false, true, false])
})

it('takes too many for one of everything', () => {
  const lost = new LostInvalidations()
  for (let n = 0; n <= 1_000; n += 1) lost.add({ partition: 'p', tags: [`${n}`] })
  expect(lost.all).toEqual([{ partition: undefined, tags: undefined }])
  expect(lost.concerns('q', entry())).toBe(true)
})
