import { describe, expect, it } from 'vitest'
import { type Asked, openGates, rulesOf } from '../../../test/fixture/open-gates.ts'

describe('the global limit', () => {
  it('holds over all gates, and serves their heads as one queue would', () => {
    const { gate, log, global } = openGates(1)
    const [a, b] = [gate({}, 'a'), gate({}, 'b')]
    const first = a.ask('a1')
    a.ask('a2')
    b.ask('b1', { priority: 1 })
    const third = b.ask('b2')
    expect([log, global.running]).toEqual([['a1'], 1])
    first.end()
    b.ask('b3', { priority: 2 }).leave()
    third.leave()
    first.end()
    expect(log).toEqual(['a1', 'b1', 'a2'])
  })

  it('is taken by no newcomer while a head waits for it', () => {
    const { gate, log } = openGates(1)
    const [a, b] = [gate({}, 'a'), gate({}, 'b')]
    const first = a.ask('a1')
    a.ask('a2')
    first.free()
    b.ask('b1')
    expect(log).toEqual(['a1', 'a2'])
  })

  it('is taken by no newcomer while a head waits for it and for a permit of its own that is free again', () => {
    const { gate, log } = openGates(2)
    const [a, b] = [gate({ max: 1 }, 'a'), gate({}, 'b')]
    const first = a.ask('a1')
    a.ask('a2')
    b.ask('b1')
    first.free()
    b.ask('b2')
    expect(log).toEqual(['a1', 'b1', 'a2'])
  })

  it('is taken in turns by those who end at once, not by one gate until it is empty', () => {
    const { gate, log } = openGates(1)
    const gates = { a: gate({}, 'a'), b: gate({}, 'b') }
    const first = gates.a.ask('first')
    for (const name of ['a1', 'b1', 'a2', 'b2', 'a3'] as const) {
      const asked: Asked = gates[name[0] as 'a' | 'b'].ask(name, { onStart: () => asked.end() })
    }
    first.end()
    expect(log).toEqual(['first', 'a1', 'b1', 'a2', 'b2', 'a3'])
  })

  it('goes first to one who waits when the one who just started asks for another key', () => {
    const { gate, log } = openGates(2)
    const [a, b] = [gate({}, 'a'), gate({}, 'b')]
    const running = [a.ask('1'), a.ask('2')]
    a.ask('3', { onStart: () => void b.ask('newcomer') })
    a.ask('4')
    for (const each of running) each.free()
    running[0]?.leave()
    a.gate.drain()
    expect(log).toEqual(['1', '2', '3', '4'])
  })

  it('is not needed by one whose ancestor holds it, who does not wait for it either', () => {
    const { gate, log } = openGates(1)
    const [a, b] = [gate({}, 'a'), gate({ max: 1 }, 'b')]
    a.ask('a1')
    b.ask('b1')
    const nested = b.ask('b2', { skipsGlobal: true, priority: 1 })
    b.ask('b3', { skipsGlobal: true, priority: 1 })
    expect(log).toEqual(['a1', 'b2'])
    nested.end()
    expect(log).toEqual(['a1', 'b2', 'b3'])
  })

  it('is not lost on a gate whose head leaves, or finds no room of its own meanwhile', () => {
    const { gate, log } = openGates(1)
    const rules = rulesOf({ max: 1 })
    const [a, b] = [gate({}, 'a'), gate({}, 'b')]
    const first = a.ask('a1')
    const head = b.ask('b1', { rules })
    a.ask('a2')
    b.ask('b2', { skipsGlobal: true, rules, priority: 1 })
    expect(log).toEqual(['a1', 'b2'])
    first.end()
    expect(log).toEqual(['a1', 'b2', 'a2'])
    head.leave()
    expect(b.gate.queue.size).toBe(0)
  })

  it('is handed on flat: 10,000 gates of one that ends at once', () => {
    const { gate, log } = openGates(1)
    const first = gate({}, 'first').ask('first')
    for (let n = 0; n < 10_000; n += 1) {
      const asked: Asked = gate({}, `key ${n}`).ask('more', { onStart: () => asked.end() })
    }
    first.end()
    expect(log.length).toBe(10_001)
  })

  it('may be taken at once by one for whom a run asks that just started, when nobody waits', () => {
    const { gate, log } = openGates(2)
    const [a, b] = [gate({}, 'a'), gate({ queue: 0 }, 'b')]
    const running = [a.ask('1'), a.ask('2')]
    a.ask('3', { onStart: () => void b.ask('4') })
    for (const each of running) each.free()
    a.gate.drain()
    expect(log).toEqual(['1', '2', '3', '4'])
  })

  it('may be taken by a newcomer as soon as the only one who waited for it has left', () => {
    const { gate, log } = openGates(1)
    const [a, b] = [gate({}, 'a'), gate({ queue: 0 }, 'b')]
    const first = a.ask('1')
    a.ask('2').leave()
    first.free()
    b.ask('3')
    expect(log).toEqual(['1', '3'])
  })

  it('is given to no head whose own limit was lowered meanwhile', () => {
    const { gate, log } = openGates(2)
    const rules = rulesOf({ max: 2 })
    const [a, b] = [gate({}, 'a'), gate({}, 'b')]
    a.ask('a1', { rules })
    const other = b.ask('b1')
    a.ask('a2', { rules })
    rules.max = 1
    other.end()
    b.ask('b2')
    expect(log).toEqual(['a1', 'b1', 'b2'])
  })
})
