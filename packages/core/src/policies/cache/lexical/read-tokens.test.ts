import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTokens } from './read-tokens.ts'

function kinds(text: string): readonly string[] {
  return readTokens(text).list.map(({ kind, word }) => `${kind} ${word}`)
}

it('tells words from what counts exactly', () => {
  expect(kinds('Mail Anna@example.com the 3 files, now!')).toEqual([
    'word mail',
    'exact Anna@example.com',
    'word the',
    'exact 3',
    'word files',
    'word now',
  ])
})

it('keeps phrases in quotes whole, and quoted words for themselves', () => {
  expect(kinds('say "Good Day" and \'no\' to `npm test` and `x.y`')).toEqual([
    'word say',
    'exact "Good Day"',
    'word and',
    'quoted no',
    'word to',
    'exact `npm test`',
    'word and',
    'exact x.y',
  ])
})

it('takes no apostrophe and no inch for a quote', () => {
  expect(kinds('the dogs\' owners\' 5" pipe and 6" pipe')).toEqual([
    'word the',
    'word dogs',
    'word owners',
    'exact 5"',
    'word pipe',
    'word and',
    'exact 6"',
    'word pipe',
  ])
})

it('takes closing punctuation off, and no sign that means something', () => {
  expect(kinds('a.b, (c) 5! .5; -5: x()? [0,5)')).toEqual([
    'exact a.b',
    'word c',
    'exact 5!',
    'exact .5',
    'exact -5',
    'exact x()',
    'exact [0,5)',
  ])
})

it('knows a formula by its operators, and by brackets or commas among `and` and `or`', () => {
  const isFormula = (text: string): boolean => readTokens(text).isFormula
  expect(['a + b', '{ a }', 'a or (b and c)', '(not a) b', 'a and b, or c'].map(isFormula)).toEqual(Array(5).fill(true))
  expect(['a - b', 'a (b) c', 'a, b and c', 'a & b', '5 % of it'].map(isFormula)).toEqual(Array(5).fill(false))
})

it('knows where sentences begin, and no sentence behind an abbreviation', () => {
  const first = readTokens('Meet Dr. Who today. Then go! Now: rest, Anna').list.filter(({ isFirst }) => isFirst)
  expect(first.map(({ text }) => text)).toEqual(['Meet', 'Then', 'Now', 'rest'])
})

it('never loses a letter or a digit of a text without contractions', () => {
  const letters = (text: string): string =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aB5 .,-"`()[]!?:é今ß+') }), (text) => {
      const { list } = readTokens(text)
      expect(letters(list.map(({ word }) => word).join(' '))).toBe(letters(text))
    }),
  )
})
