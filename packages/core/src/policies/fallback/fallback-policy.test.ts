import { describe, expect, it } from 'vitest'
import { checkFallback } from './fallback-policy.ts'

describe('checkFallback', () => {
  it.each([undefined, false, () => 'spare', { name: 'spare', execute: () => 'spare' }])('takes %o', (fallback) => {
    expect(() => checkFallback(fallback, 'tool')).not.toThrow()
  })

  it.each([
    'spare',
    true,
    null,
    {},
    { name: 'spare' },
    { name: 'spare', execute: 'now' },
    { name: 5, execute: () => 5 },
  ])('refuses %o', (fallback) => {
    expect(() => checkFallback(fallback, 'tool')).toThrow('tool: fallback must be a function or a tool')
  })
})
