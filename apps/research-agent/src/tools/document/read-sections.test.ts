import { expect, test } from 'vitest'
import { plainText, readSections, withSubsections } from './read-sections.ts'

test('takes a document apart at its headings, in both forms', () => {
  const sections = readSections('intro\n\n# One\ntext\n\nTwo\n---\nmore\n')
  expect(sections.map(({ heading, depth, text }) => [heading, depth, text.trim()])).toEqual([
    ['', 0, 'intro'],
    ['One', 1, 'text'],
    ['Two', 2, 'more'],
  ])
})

test('takes nothing in a code block for a heading, and CRLF for a line end', () => {
  const sections = readSections('# One\r\n\r\n```sh\r\n# no heading\r\n```\r\n')
  expect(sections.map(({ heading }) => heading)).toEqual(['One'])
})

test('gives headings as plain text', () => {
  expect(readSections('## [`1.0.0`](https://example.com) *new* ![x](y)')[0]?.heading).toBe('1.0.0 new')
  expect(plainText('a **b** `c` <i>d</i>')).toBe('a b c d')
})

test('gives a section with those below it', () => {
  const sections = readSections('# A\na\n## B\nb\n### C\nc\n## D\nd')
  expect(withSubsections(sections, 1).replaceAll(/\n+/g, '\n')).toBe('b\n### C\nc')
  expect(withSubsections(sections, 9)).toBe('')
})
