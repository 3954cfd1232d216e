import { expect, test } from 'vitest'
import { fitText, wrapItems, wrapText } from './fit-text.ts'

test('fills up and cuts to a number of columns', () => {
  expect(fitText('abc', 5)).toBe('abc  ')
  expect(fitText('abcdef', 5)).toBe('abcd…')
  expect(fitText('日本語', 5)).toBe('日本…')
})

test('breaks at spaces, keeps the margin of the first line and indents the others', () => {
  expect(wrapText('  one two three', 9, '    ')).toEqual(['  one two', '    three'])
  expect(wrapText('unbreakable-word and', 6)).toEqual(['unbreakable-word', 'and'])
  expect(wrapText('', 10)).toEqual([''])
})

test('breaks a list between its items only', () => {
  expect(wrapItems(['a b', 'c d', 'e f'], { columns: 8, separator: '  ' })).toEqual(['a b  c d', 'e f'])
})
