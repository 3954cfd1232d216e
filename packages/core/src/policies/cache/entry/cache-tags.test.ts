import { expect, it } from 'vitest'
import { anyTag, checkedTags, sessionTag } from './cache-tags.ts'

it('tags are a frozen copy of a list of strings, and any other list is refused', () => {
  const given = ['a', '', 'user:1', '\u0001']
  const tags = checkedTags(given, 'tags')
  expect([tags, tags === given, Object.isFrozen(tags)]).toEqual([given, false, true])
  expect(() => checkedTags('a', 'cache.tags')).toThrow('cache.tags must be a list of strings, got string')
  expect(() => checkedTags(undefined, 'tags')).toThrow('got undefined')
  expect(() => checkedTags(['a', 1], 'tags')).toThrow('tags must be a list of strings, got number in it')
})

it('our own tags are those of nobody else', () => {
  for (const tag of [anyTag, sessionTag('s'), sessionTag('')]) {
    expect(() => checkedTags([tag], 'tags')).toThrow('begins with U+0000')
  }
  expect(new Set([anyTag, sessionTag('any'), sessionTag(''), sessionTag('s')]).size).toBe(4)
})
