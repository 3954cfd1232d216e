import { expect, test } from 'vitest'
import { shortName } from './short-name.ts'

test('a short text is itself, a long one is short, and no two are the same', () => {
  const texts = ['', 'a', 'x'.repeat(1_024), 'x'.repeat(1_025), `${'x'.repeat(1_024)}y`, 'x'.repeat(2 ** 20)]
  const halves = ['\ud800', '\ud801', '\udc00', '\ufffd'].map((half) => 'x'.repeat(1_024) + half)
  const own = texts.map(shortName)
  const all = [...texts, ...halves, ...own]
  expect(own.slice(0, 3)).toEqual(texts.slice(0, 3))
  expect(Math.max(...all.map((text) => shortName(text).length))).toBeLessThanOrEqual(1_024)
  expect(new Set(all.map(shortName)).size).toBe(new Set(all).size)
})
