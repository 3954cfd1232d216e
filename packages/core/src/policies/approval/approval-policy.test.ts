import { describe, expect, it } from 'vitest'
import { checkApproval, readVerdict } from './approval-policy.ts'

describe('checkApproval', () => {
  it.each([undefined, false, () => true])('takes %o', (approval) => {
    expect(() => checkApproval(approval, 'tool')).not.toThrow()
  })

  it.each([true, null, 'ask', {}, { approve: () => true }])('refuses %o', (approval) => {
    expect(() => checkApproval(approval, 'tool')).toThrow('tool: approval must be a function')
  })
})

describe('readVerdict', () => {
  it('reads a plain yes and a plain no', () => {
    expect(readVerdict(true)).toEqual({ approved: true })
    expect(readVerdict(false)).toEqual({ approved: false })
  })

  it('reads a decision, with its arguments or its reason', () => {
    expect(readVerdict({ approved: true, arguments: undefined })).toEqual({ approved: true })
    expect(readVerdict({ approved: true, reason: 'yes', arguments: null })).toEqual({
      approved: true,
      reason: 'yes',
      arguments: null,
    })
    expect(readVerdict({ approved: false, reason: 'no' })).toEqual({ approved: false, reason: 'no' })
    expect(readVerdict({ approved: false, reason: 5 })).toEqual({ approved: false, reason: undefined })
  })

  it.each([undefined, null, 1, 'true', 'yes', {}, [], [true], { approved: 'true' }, { approved: 1 }, () => true])(
    'takes %o for no answer',
    (answer) => {
      expect(() => readVerdict(answer)).toThrow('approval must give a boolean or { approved: boolean }')
    },
  )
})
