import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RepeatGuard } from './repeat-guard.ts'

const rules = { max: 3, withinMs: 1_000 }

/** A guard of one call, `key`, that fails at these times. */
function failedAt(...times: readonly number[]): RepeatGuard<string> {
  const guard = new RepeatGuard<string>()
  for (const now of times) guard.fail('key', rules, { error: `at ${now}`, now })
  return guard
}

describe('RepeatGuard', () => {
  it('lets a call run that has failed less often than it may', () => {
    expect(new RepeatGuard().check('key', rules, 0)).toBeUndefined()
    expect(failedAt(1, 2).check('key', rules, 3)).toBeUndefined()
  })

  it('speaks against the call after that, with how often and how it failed', () => {
    expect(failedAt(1, 2, 3).check('key', rules, 4)).toEqual({ count: 3, lastError: 'at 3' })
    expect(failedAt(1, 2, 3, 4, 5).check('key', rules, 6)).toEqual({ count: 5, lastError: 'at 5' })
  })

  it('looks at each call by itself', () => {
    expect(failedAt(1, 2, 3).check('other', rules, 4)).toBeUndefined()
  })

  it('counts only failures of the window, and counts no refusal: the call may run again by and by', () => {
    const guard = failedAt(0, 400, 800)
    for (let now = 800; now < 1_000; now += 50) expect(guard.check('key', rules, now)).toBeDefined()
    expect(guard.check('key', rules, 1_000)).toBeUndefined()
    guard.fail('key', rules, { error: 'again', now: 1_000 })
    expect(guard.check('key', rules, 1_399)).toEqual({ count: 3, lastError: 'again' })
    expect(guard.check('key', rules, 1_400)).toBeUndefined()
  })

  it('forgets the failures of a call that succeeds', () => {
    const guard = failedAt(1, 2, 3)
    guard.succeed('key')
    expect([guard.check('key', rules, 4), guard.size]).toEqual([undefined, 0])
  })

  it('takes all failures into account where the window has no end', () => {
    const endless = { max: 2, withinMs: Number.POSITIVE_INFINITY }
    const guard = new RepeatGuard<string>()
    guard.fail('key', endless, { error: 'a', now: 0 })
    guard.fail('key', endless, { error: 'b', now: 1e12 })
    expect(guard.check('key', endless, 2e12)).toEqual({ count: 2, lastError: 'b' })
  })

  it('remembers so many calls; those that were asked about or failed longest ago go first', () => {
    const guard = new RepeatGuard<string>(2)
    const one = { max: 1, withinMs: 1_000 }
    const fail = (key: string, now: number) => guard.fail(key, one, { error: key, now })
    fail('a', 1)
    fail('b', 2)
    expect(guard.check('a', one, 3)).toBeDefined()
    fail('c', 4)
    expect(['a', 'b', 'c'].map((key) => guard.check(key, one, 5)?.lastError)).toEqual(['a', undefined, 'c'])
  })

  it('remembers 10,000 calls', () => {
    const guard = new RepeatGuard<string>()
    for (let now = 0; now < 10_500; now += 1) {
      guard.fail(`${now}`, { max: 1, withinMs: 1e9 }, { error: '', now })
    }
    expect(guard.size).toBe(10_000)
  })

  it('drops calls whose failures are too old to count', () => {
    const guard = failedAt(0)
    guard.fail('other', rules, { error: 'b', now: 500 })
    guard.fail('third', rules, { error: 'c', now: 1_200 })
    expect(guard.size).toBe(2)
  })

  it('keeps apart who makes a call, whether that is a name or an object', () => {
    const guard = new RepeatGuard<string>()
    const [first, second] = [{}, {}]
    const keys = [
      guard.keyOf('s', '{"a":1}'),
      guard.keyOf('s{"a"', ':1}'),
      guard.keyOf('t', '{"a":1}'),
      guard.keyOf(first, '{"a":1}'),
      guard.keyOf(second, '{"a":1}'),
      guard.keyOf(first, '1'),
      guard.keyOf('#1 ', '1'),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(guard.keyOf(first, '1')).toBe(keys[5])
  })

  it('says what counting by hand would', () => {
    const key = fc.constantFrom('a', 'b', 'c')
    const kind = fc.constantFrom('fail' as const, 'fail' as const, 'succeed' as const, 'check' as const)
    const step = fc.record({ key, kind, pauseMs: fc.nat({ max: 400 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const guard = new RepeatGuard<string>()
        const failures: { key: string; at: number }[] = []
        let now = 0
        for (const { key, kind, pauseMs } of steps) {
          now += pauseMs
          if (kind === 'fail') guard.fail(key, rules, { error: `${now}`, now })
          if (kind === 'fail') failures.push({ key, at: now })
          if (kind === 'succeed') guard.succeed(key)
          if (kind === 'succeed') failures.splice(0, Infinity, ...failures.filter((one) => one.key !== key))
          const recent = failures.filter((one) => one.key === key && one.at > now - rules.withinMs)
          const expected =
            recent.length < rules.max ? undefined : { count: recent.length, lastError: `${recent.at(-1)?.at}` }
          expect(guard.check(key, rules, now)).toEqual(expected)
        }
      }),
    )
  })
})
