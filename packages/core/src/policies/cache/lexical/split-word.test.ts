import { expect, it } from 'vitest'
import { splitWord } from './split-word.ts'

it('writes contractions out', () => {
  const words = ["don't", "can't", "won't", 'cannot', "They're", "I'm", "we've", "it'll", "what's", "LET'S"]
  expect(words.map((word) => splitWord(word).join(' '))).toEqual([
    'do not',
    'can not',
    'will not',
    'can not',
    'they are',
    'i am',
    'we have',
    'it will',
    'what is',
    "let 's",
  ])
})

it('keeps the mark of a possessive and of what may be had or would', () => {
  expect(["Anna's", "she'd"].map(splitWord)).toEqual([
    ['anna', "'s"],
    ['she', "'d"],
  ])
})

it('leaves other words with an apostrophe whole', () => {
  expect(["l'hôtel", "o'clock", "'em"].map(splitWord)).toEqual([["l'hôtel"], ["o'clock"], ['em']])
})
