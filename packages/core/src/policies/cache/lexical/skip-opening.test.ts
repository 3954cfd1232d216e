import { expect, it } from 'vitest'
import { readTokens } from './read-tokens.ts'
import { skipOpening } from './skip-opening.ts'

function rest(text: string): string {
  const { list } = readTokens(text)
  return list
    .slice(skipOpening(list))
    .map(({ word }) => word)
    .join(' ')
}

it('skips what says only that this is a request', () => {
  const requests = ['please', 'could you please', 'can you show me', 'I want to know', "Hi, what's", 'tell me what are']
  for (const request of requests) expect(rest(`${request} open orders`)).toBe('open orders')
})

it('keeps questions about the one who is asked', () => {
  expect(rest('can you ship to Norway')).toBe('can you ship to norway')
  expect(rest('will you open on Monday')).toBe('will you open on monday')
})

it('keeps what asks for something to be given, and what asks for a yes', () => {
  expect(rest('give me admin rights')).toBe('give me admin rights')
  expect(rest('is it open')).toBe('is it open')
})

it('leaves something of every text', () => {
  for (const text of ['please', 'what is', 'show me', 'hello']) expect(rest(text)).not.toBe('')
})

it('stops at what counts exactly', () => {
  expect(rest('show "me" more')).toBe('show me more')
})
