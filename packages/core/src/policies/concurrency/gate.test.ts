import { describe, expect, it } from 'vitest'
import { type Asked, openGates, rulesOf } from '../../../test/fixture/open-gates.ts'
import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'

describe('a gate', () => {
  it('starts as many as may run, and the others as those end', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 2 })
    const [first] = ['1', '2', '3', '4'].map((name) => ask(name))
    expect(log).toEqual(['1', '2'])
    first?.end()
    expect(log).toEqual(['1', '2', '3'])
  })

  it('gives a freed permit to the one who waits, not to a newcomer before the drain', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1 })
    const first = ask('first')
    ask('second')
    first.free()
    ask('newcomer')
    expect(log).toEqual(['first', 'second'])
  })

  it('counts neither as waiting who may start already: a newcomer is not refused for it', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1, queue: 1 })
    const first = ask('first')
    ask('second')
    first.free()
    ask('newcomer')
    expect(log).toEqual(['first', 'second'])
  })

  it('does not drop one whose permit is free already', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1, queue: 1, overflow: 'drop-oldest' })
    const first = ask('first')
    ask('second')
    first.free()
    ask('newcomer').leave()
    expect(log).toEqual(['first', 'second'])
  })

  it('holds back those behind a head that has to run alone', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 3 })
    const alone = rulesOf({ max: 3, exclusive: true })
    const first = ask('first')
    const exclusive = ask('alone', { rules: alone })
    ask('behind')
    expect(log).toEqual(['first'])
    first.end()
    expect(log).toEqual(['first', 'alone'])
    exclusive.end()
    expect(log).toEqual(['first', 'alone', 'behind'])
  })

  it('starts one who is moved before a head that may not start', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 3 })
    ask('first')
    ask('alone', { rules: rulesOf({ max: 3, exclusive: true }) })
    ask('behind').reprioritize(5)
    expect(log).toEqual(['first', 'behind'])
  })

  it('starts those behind a head that leaves', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 3 })
    ask('first')
    const alone = ask('alone', { rules: rulesOf({ max: 3, exclusive: true }) })
    for (const name of ['3', '4', '5']) ask(name)
    alone.leave()
    expect(log).toEqual(['first', '3', '4'])
  })

  it('is flat: 100,000 that end at once', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, queue: 100_000 })
    const first = ask('first')
    for (let n = 0; n < 100_000; n += 1) {
      const asked: Asked = ask('more', { onStart: () => asked.end() })
    }
    first.end()
    expect([log.length, own.running, own.queue.size]).toEqual([100_001, 0, 0])
  })

  it('goes on when the one who starts sends others away', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 2 })
    const running = [ask('1'), ask('2')]
    const waiting: Asked[] = []
    ask('3', {
      onStart: () => {
        for (const each of waiting.splice(0, 2)) each.leave()
      },
    })
    for (const name of ['4', '5', '6']) waiting.push(ask(name))
    for (const each of running) each.free()
    own.drain()
    expect(log).toEqual(['1', '2', '3', '6'])
  })

  it('goes on after one that throws as it starts, as it does where the stack ends', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 2 })
    const fail = (): void => {
      throw new RangeError('Maximum call stack size exceeded')
    }
    const running = [ask('1'), ask('2')]
    ask('3', { onStart: fail })
    ask('4')
    ask('5', { skipsGlobal: true, onStart: fail })
    expect(() => running[0]?.end()).toThrow('stack')
    expect(() => running[1]?.end()).not.toThrow()
    expect(() => running[1]?.end()).toThrow('stack')
    own.drain()
    expect(log).toEqual(['1', '2', '3', '4', '5'])
  })

  it('ends the wait of everybody once too many runs were abandoned, until one of them ends', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, maxAbandoned: 1 })
    const rules = rulesOf({ max: 1, maxAbandoned: 1 })
    const first = ask('first')
    ask('second')
    ask('third')
    expect(own.abandon(rules)).toBe(true)
    first.end()
    expect([log, own.isStuck(rules)]).toEqual([['first', 'second stuck', 'third stuck'], true])
    own.endOverdue()
    ask('fourth')
    expect([log.at(-1), own.isStuck(rules)]).toEqual(['fourth', false])
  })

  it('frees no permit of more abandoned runs than may be', () => {
    const own = new Gate('k', new GlobalGate(5))
    const rules = rulesOf({ max: 5, maxAbandoned: 2 })
    expect([own.abandon(rules), own.abandon(rules), own.abandon(rules)]).toEqual([true, true, false])
  })

  it('guesses the time to come back from the pace of its runs', () => {
    const { gate } = openGates()
    const rules = rulesOf({ max: 2 })
    const { gate: own, ask } = gate({ max: 2 })
    for (const name of ['1', '2', '3']) ask(name)
    expect(own.retryAfterMs(rules)).toBe(2000)
    own.free(rules, false, 400)
    own.drain()
    expect(own.retryAfterMs(rules)).toBe(800)
  })

  it('is idle when nothing runs, waits or hangs', () => {
    const { gate } = openGates()
    const { gate: own, ask } = gate({ max: 1 })
    const [first, second] = [ask('1'), ask('2')]
    expect(own.idle).toBe(false)
    second.leave()
    first.end()
    own.abandon(rulesOf({}))
    expect(own.idle).toBe(false)
    own.endOverdue()
    expect(own.idle).toBe(true)
  })
})
