import { describe, expect, it } from 'vitest'
import { Admission } from './admission.ts'
import { resolveConcurrency } from './concurrency-policy.ts'

const rules = resolveConcurrency({ max: 1 }, 'test')
const keysOf = (admission: Admission): string[] => Array.from(admission.gates(), ({ key }) => key)

describe('Admission', () => {
  it('gives the same gate to all who use a key, under one global limit', () => {
    const admission = new Admission(1)
    const gate = admission.gate('a')
    expect([admission.gate('a') === gate, admission.gate('b') === gate]).toEqual([true, false])
    expect([gate.tryEnter(rules, false), admission.gate('b').tryEnter(rules, false)]).toEqual([true, false])
    expect(admission.global.running).toBe(1)
  })

  it('forgets a gate only when nothing of it is in use', () => {
    const admission = new Admission(Number.POSITIVE_INFINITY)
    const gate = admission.gate('a')
    gate.tryEnter(rules, false)
    admission.forgetIdle(gate)
    expect(keysOf(admission)).toEqual(['a'])
    gate.free(rules, false, 1)
    admission.forgetIdle(gate)
    expect(keysOf(admission)).toEqual([])
  })

  it("keeps a tool's own gate until every tool of that name is gone", () => {
    const admission = new Admission(Number.POSITIVE_INFINITY)
    const gate = admission.ownGate('tool')
    expect(admission.ownGate('tool')).toBe(gate)
    admission.disown(gate)
    admission.forgetIdle(gate)
    expect(admission.gate('tool')).toBe(gate)
    admission.disown(gate)
    expect(keysOf(admission)).toEqual([])
  })

  it('keeps a disowned gate while it is in use', () => {
    const admission = new Admission(Number.POSITIVE_INFINITY)
    const gate = admission.ownGate('tool')
    gate.tryEnter(rules, false)
    admission.disown(gate)
    expect(admission.gate('tool')).toBe(gate)
  })

  it('does not forget another gate of the same key for one that is long gone', () => {
    const admission = new Admission(Number.POSITIVE_INFINITY)
    const old = admission.gate('a')
    admission.forgetIdle(old)
    const gate = admission.gate('a')
    admission.forgetIdle(old)
    expect(admission.gate('a')).toBe(gate)
  })

  it('keeps what a gate has found out about its limit, of the 10,000 last used', () => {
    const admission = new Admission(Number.POSITIVE_INFINITY)
    const adaptive = resolveConcurrency({ adaptive: {} }, 'test')
    const use = (key: string): void => {
      const gate = admission.gate(key)
      gate.tryEnter(adaptive, true)
      gate.free(adaptive, true, 1)
      admission.forgetIdle(gate)
    }
    const first = admission.gate('0')
    for (let n = 0; n < 10_000; n += 1) use(`${n}`)
    expect(admission.gate('0')).toBe(first)
    use('one more')
    expect([admission.gate('0') === first, keysOf(admission).includes('1')]).toEqual([false, true])
  })
})
