import { expect, it } from 'vitest'
import { shortName } from './short-name.ts'

it('is the text itself where that is short', () => {
  for (const text of ['', 'a', 'x'.repeat(1024)]) expect(shortName(text)).toBe(text)
})

it('is short for any text, and another one for another text', () => {
  const long = 'x'.repeat(50_000)
  const texts = [long, `${long}x`, `y${long.slice(1)}`, `\ud800${long}`, `\ud801${long}`, 'x'.repeat(1025)]
  const names = texts.map(shortName)
  expect(new Set([...names, ...names.map(shortName)]).size).toBe(2 * texts.length)
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(60)
})
