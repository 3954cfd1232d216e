import { describe, expect, it } from 'vitest'
import type { CancelReason } from '../errors/cancel-reason.ts'
import { type FailureMode, FailureRule } from './failure-rule.ts'

const [first, second, third] = [new Error('1'), new Error('2'), new Error('3')]

function open(mode: FailureMode) {
  const cancels: string[] = []
  const rule = new FailureRule(mode, (reason: CancelReason) => void cancels.push(reason.kind))
  return { rule, cancels }
}

describe('collect', () => {
  it('cancels nobody and closes without a failure', () => {
    const { rule, cancels } = open('collect')
    rule.fail(rule.start(), first)
    rule.succeed()
    expect([cancels, rule.failure()]).toEqual([[], undefined])
  })
})

describe('cancel-siblings', () => {
  it('cancels the others at a failure, with which the scope closes', () => {
    const { rule, cancels } = open('cancel-siblings')
    rule.start()
    rule.succeed()
    rule.fail(rule.start(), first)
    expect([cancels, rule.failure()]).toEqual([['sibling-failed'], first])
  })

  it('closes with all failures in the order in which the calls began, however often it is asked', () => {
    const { rule } = open('cancel-siblings')
    const [one, two, three] = [rule.start(), rule.start(), rule.start()]
    rule.fail(three, third)
    rule.fail(one, first)
    rule.fail(two, second)
    for (const failure of [rule.failure(), rule.failure()]) {
      expect((failure as AggregateError).errors).toEqual([first, second, third])
    }
  })

  it('closes without a failure where none was', () => {
    const { rule } = open('cancel-siblings')
    rule.start()
    expect(rule.failure()).toBeUndefined()
  })
})

describe('first-success', () => {
  it('cancels the others at the first success, and forgets the failures before it', () => {
    const { rule, cancels } = open('first-success')
    rule.fail(rule.start(), first)
    rule.start()
    rule.succeed()
    rule.succeed()
    rule.fail(rule.start(), second)
    expect([cancels, rule.failure()]).toEqual([['superseded'], undefined])
  })

  it('cancels nobody for a failure, and closes with the failures when none succeeded', () => {
    const { rule, cancels } = open('first-success')
    const [one, two] = [rule.start(), rule.start()]
    rule.fail(two, second)
    expect([cancels, rule.failure()]).toEqual([[], second])
    rule.fail(one, first)
    expect((rule.failure() as AggregateError).errors).toEqual([first, second])
  })
})
