import { describe, expect, it } from 'vitest'
import { openGates, rulesOf } from '../../../test/fixture/open-gates.ts'
import { Turn } from './turn.ts'
import { Waiter } from './waiter.ts'

describe('a full queue', () => {
  it('refuses', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1, queue: 1 })
    for (const name of ['1', '2', '3']) ask(name)
    expect(log).toEqual(['1', '3 refused'])
  })

  it('drops the one that waited longest, whatever its priority', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1, queue: 2, overflow: 'drop-oldest' })
    ask('1')
    ask('2', { priority: 9 })
    for (const name of ['3', '4']) ask(name)
    expect(log).toEqual(['1', '2 dropped'])
  })

  it('drops nobody where there is no place at all', () => {
    const { gate, log } = openGates()
    const { ask } = gate({ max: 1, queue: 0, overflow: 'drop-oldest' })
    for (const name of ['1', '2']) ask(name)
    expect(log).toEqual(['1', '2 refused'])
  })

  it('counts a turn as one, and drops all of it as one', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, queue: 2, overflow: 'drop-oldest' })
    ask('1')
    const turn = new Turn(1)
    for (const name of ['2', '3', '4']) ask(name, { turn })
    ask('5')
    expect(own.queue.size).toBe(4)
    ask('6')
    expect([log, own.queue.size]).toEqual([['1', '2 dropped', '3 dropped', '4 dropped'], 2])
  })

  it('neither counts nor drops those of a stream that waits by itself', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, queue: 1, overflow: 'drop-oldest' })
    ask('1')
    const turn = new Turn(0)
    for (const name of ['2', '3']) ask(name, { turn })
    for (const name of ['4', '5']) ask(name)
    expect([log, own.queue.size]).toEqual([['1', '4 dropped'], 3])
  })

  it('holds its bound when the dropped one asks again at once', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, queue: 2, overflow: 'drop-oldest' })
    ask('1')
    ask('2', { onDrop: () => void ask('2 again') })
    for (const name of ['3', '4']) ask(name)
    expect([log, own.queue.size]).toEqual([['1', '2 dropped', '3 dropped'], 2])
  })

  it('forgets a newcomer that leaves while another is dropped for it', () => {
    const { gate, log } = openGates()
    const { gate: own, ask } = gate({ max: 1, queue: 1, overflow: 'drop-oldest' })
    const first = ask('1')
    const rules = rulesOf({ max: 1, queue: 1, overflow: 'drop-oldest' })
    const owner = { onAdmit: () => void log.push('newcomer'), onDrop: () => undefined, onStuck: () => undefined }
    const newcomer = new Waiter({ owner, rules, priority: 0, session: undefined, skipsGlobal: false, turn: undefined })
    ask('2', { onDrop: () => own.leave(newcomer) })
    expect(own.enter(newcomer, 9)).toBe('waiting')
    first.end()
    expect([log, own.queue.size, own.running]).toEqual([['1', '2 dropped'], 0, 0])
  })
})
