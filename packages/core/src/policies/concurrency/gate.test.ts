import { describe, expect, it } from 'vitest'
import { type ConcurrencyPolicy, type ConcurrencyRules, resolveConcurrency } from './concurrency-policy.ts'
import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'
import { Turn } from './turn.ts'
import { Waiter } from './waiter.ts'

interface Asking {
  readonly priority?: number
  readonly session?: string
  readonly rules?: ConcurrencyRules
  readonly skipsGlobal?: boolean
  readonly turn?: Turn
  /** What it does as soon as it runs, or is dropped. */
  readonly onStart?: () => void
  readonly onDrop?: () => void
}

interface Asked {
  end(): void
  leave(): void
  reprioritize(priority: number): void
  /** The permit alone; those who wait start with the next drain. */
  free(): void
}

const rulesOf = (policy: ConcurrencyPolicy): ConcurrencyRules => resolveConcurrency(policy, 'test')

/** Gates under one global limit, and a log of what became of those who asked. */
function openGates(globalMax: number = Number.POSITIVE_INFINITY) {
  const global = new GlobalGate(globalMax)
  const log: string[] = []
  let now = 0
  const gate = (policy: ConcurrencyPolicy, key = 'k') => {
    const own = new Gate(key, global)
    const ask = (name: string, asking: Asking = {}): Asked => {
      const { priority = 0, session, rules = rulesOf(policy), skipsGlobal = false, turn, onStart, onDrop } = asking
      const start = (): void => {
        log.push(name)
        onStart?.()
      }
      const owner = {
        onAdmit: start,
        onDrop: () => {
          log.push(`${name} dropped`)
          onDrop?.()
        },
        onStuck: () => void log.push(`${name} stuck`),
      }
      const waiter = new Waiter({ owner, rules, priority, session, skipsGlobal, turn })
      now += 1
      if (own.tryEnter(rules, skipsGlobal)) start()
      else if (own.enter(waiter, now) === 'full') log.push(`${name} refused`)
      const free = (): void => own.free(rules, skipsGlobal, undefined)
      return {
        free,
        end() {
          free()
          own.drain()
        },
        leave: () => own.leave(waiter),
        reprioritize: (other) => own.reprioritize(waiter, other),
      }
    }
    return { gate: own, ask }
  }
  return { global, log, gate }
}

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
})
