import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ConcurrencyRules, resolveConcurrency } from './concurrency-policy.ts'
import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'
import { FairQueue } from './queue/fair-queue.ts'
import { Waiter } from './waiter.ts'

const rulesOf = (max: number, exclusive: boolean): ConcurrencyRules =>
  resolveConcurrency({ max, queue: 4, exclusive, maxAbandoned: 2 }, 'test')

/** What one who asks is like. `next` is what it does as soon as it runs. */
interface Asking {
  readonly gate: number
  readonly priority: number
  readonly session: string | undefined
  readonly exclusive: boolean
  readonly skipsGlobal: boolean
  readonly next: 'stay' | 'end' | 'send one away' | 'ask'
}

type Command =
  | { readonly what: 'ask'; readonly asking: Asking }
  | { readonly what: 'end' | 'leave' | 'reprioritize' | 'abandon' | 'end overdue'; readonly pick: number }
  | { readonly what: 'free, ask, drain'; readonly pick: number; readonly asking: Asking }

/** What both the gates and the naive model offer to a schedule. */
interface Yard {
  readonly log: string[]
  ask(id: number, asking: Asking): void
  free(id: number): void
  drain(gate: number): void
  leave(id: number): void
  reprioritize(id: number, priority: number): void
}

/** A clock that moves on by 10 ms with each look at it. */
function createTick(): () => number {
  let now = 0
  return () => {
    now += 10
    return now
  }
}

const maxOf = (gate: number): number => gate + 1

/** What one does as soon as it runs; the one it asks for stays. */
function act(yard: Yard, { id, asking }: { id: number; asking: Asking }, waiting: () => number | undefined): void {
  const other = waiting()
  if (asking.next === 'end') {
    yard.free(id)
    yard.drain(asking.gate)
  } else if (asking.next === 'send one away' && other !== undefined) {
    yard.leave(other)
  } else if (asking.next === 'ask') {
    yard.ask(id + 10_000, { ...asking, next: 'stay', gate: (asking.gate + 1) % 3 })
  }
}

function realYard(globalMax: number) {
  const global = new GlobalGate(globalMax)
  const gates = [0, 1, 2].map((n) => new Gate(`${n}`, global))
  const asked = new Map<number, { readonly asking: Asking; readonly waiter: Waiter; state: string }>()
  const log: string[] = []
  const tick = createTick()
  const gateOf = (n: number): Gate => gates[n] ?? new Gate('none', global)
  const waiting = (): number | undefined => [...asked].find(([, { state }]) => state === 'waiting')?.[0]
  const yard: Yard = {
    log,
    ask(id, asking) {
      const { priority, session, skipsGlobal } = asking
      const rules = rulesOf(maxOf(asking.gate), asking.exclusive)
      const start = (): void => {
        one.state = 'running'
        log.push(`${id}`)
        act(yard, { id, asking }, waiting)
      }
      const stop = (): void => {
        one.state = 'gone'
      }
      const owner = { onAdmit: start, onDrop: stop, onStuck: stop }
      const waiter = new Waiter({ owner, rules, priority, session, skipsGlobal, turn: undefined })
      const one = { asking, waiter, state: 'waiting' }
      asked.set(id, one)
      const gate = gateOf(asking.gate)
      if (gate.isStuck(rules)) stop()
      else if (gate.tryEnter(rules, skipsGlobal)) start()
      else if (gate.enter(waiter, tick()) === 'full') {
        stop()
        log.push(`${id} refused`)
      }
    },
    free(id) {
      const one = asked.get(id)
      if (one?.state !== 'running') return
      one.state = 'gone'
      gateOf(one.asking.gate).free(one.waiter.rules, one.asking.skipsGlobal, undefined)
    },
    drain: (gate) => gateOf(gate).drain(),
    leave(id) {
      const one = asked.get(id)
      if (one?.state !== 'waiting') return
      one.state = 'gone'
      gateOf(one.asking.gate).leave(one.waiter)
    },
    reprioritize(id, priority) {
      const one = asked.get(id)
      if (one?.state === 'waiting') gateOf(one.asking.gate).reprioritize(one.waiter, priority)
    },
  }
  return { yard, global, gates, gateOf, asked }
}

/** The same, without any bookkeeping: who may start is found by a look at everything. Knows no nested runs. */
function naiveYard(globalMax: number): Yard {
  const arrivals = { count: 0 }
  const queues = [0, 1, 2].map(() => new FairQueue<Waiter>(arrivals))
  const asked = new Map<number, { readonly id: number; readonly asking: Asking; waiter: Waiter; state: string }>()
  const log: string[] = []
  const tick = createTick()
  let draining = false
  const inState = (state: string) => [...asked.values()].filter((one) => one.state === state)
  const mayRun = ({ gate, exclusive }: Asking): boolean => {
    const running = inState('running').filter(({ asking }) => asking.gate === gate)
    if (running.length >= maxOf(gate) || running.some(({ asking }) => asking.exclusive)) return false
    return (!exclusive || running.length === 0) && inState('running').length < globalMax
  }
  const byWaiter = (waiter: Waiter | undefined) => [...asked.values()].find((one) => one.waiter === waiter)
  const startable = () =>
    queues
      .filter((queue) => {
        const head = byWaiter(queue.peek())
        return head !== undefined && mayRun(head.asking)
      })
      .sort((a, b) => b.rank - a.rank || a.arrival - b.arrival)
  const start = (one: { readonly id: number; readonly asking: Asking; state: string }): void => {
    one.state = 'running'
    log.push(`${one.id}`)
    act(yard, one, () => inState('waiting')[0]?.id)
  }
  const drain = (): void => {
    if (draining) return
    draining = true
    for (let best = startable()[0]; best !== undefined; best = startable()[0]) {
      const head = byWaiter(best.shift())
      if (head !== undefined) start(head)
    }
    draining = false
  }
  const yard: Yard = {
    log,
    ask(id, asking) {
      const rules = rulesOf(maxOf(asking.gate), asking.exclusive)
      const owner = { onAdmit: () => undefined, onDrop: () => undefined, onStuck: () => undefined }
      const waiter = new Waiter({ owner, rules, ...asking, turn: undefined })
      const one = { id, asking, waiter, state: 'waiting' }
      const queue = queues[asking.gate]
      if (queue === undefined) return
      const isFirst = queue.size === 0 && (startable().length === 0 || globalMax === Number.POSITIVE_INFINITY)
      asked.set(id, one)
      if (isFirst && mayRun(asking)) return start(one)
      if (queue.size >= rules.queue) drain()
      if (queue.size >= rules.queue) {
        one.state = 'gone'
        log.push(`${id} refused`)
        return
      }
      queue.push(waiter, tick())
      drain()
    },
    free(id) {
      const one = asked.get(id)
      if (one?.state === 'running') one.state = 'gone'
    },
    drain,
    leave(id) {
      const one = asked.get(id)
      if (one?.state !== 'waiting') return
      one.state = 'gone'
      queues[one.asking.gate]?.remove(one.waiter)
      drain()
    },
    reprioritize(id, priority) {
      const one = asked.get(id)
      if (one?.state !== 'waiting') return
      queues[one.asking.gate]?.reprioritize(one.waiter, priority)
      drain()
    },
  }
  return yard
}

const asking = (skipsGlobal: fc.Arbitrary<boolean>): fc.Arbitrary<Asking> =>
  fc.record({
    gate: fc.nat(2),
    priority: fc.integer({ min: 0, max: 2 }),
    session: fc.constantFrom(undefined, 'a'),
    exclusive: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    skipsGlobal,
    next: fc.constantFrom('stay', 'stay', 'end', 'send one away', 'ask'),
  })

const commands = (
  skipsGlobal: fc.Arbitrary<boolean>,
  more: readonly ('abandon' | 'end overdue')[],
): fc.Arbitrary<Command[]> => {
  const ask = fc.record({ what: fc.constant('ask' as const), asking: asking(skipsGlobal) })
  const pick = fc.nat(1000)
  const change = fc.record({ what: fc.constantFrom('end' as const, 'leave', 'reprioritize', ...more), pick })
  const swap = fc.record({ what: fc.constant('free, ask, drain' as const), pick, asking: asking(skipsGlobal) })
  return fc.array(fc.oneof(ask, ask, change, change, swap), { maxLength: 60 })
}

/** One whom the command fits: who waits, or who runs. */
function pick(asked: ReadonlyMap<number, { readonly state: string }>, command: Command): number {
  if (command.what === 'ask') return -1
  const state = command.what === 'leave' || command.what === 'reprioritize' ? 'waiting' : 'running'
  const ids = [...asked].filter(([, one]) => one.state === state).map(([id]) => id)
  return ids[command.pick % Math.max(1, ids.length)] ?? -1
}

/** Runs one command; `picked` is whom it is about. */
function run(yard: Yard, command: Command, picked: { id: number; gate: number; next: number }): void {
  const { id, gate, next } = picked
  if (command.what === 'ask') yard.ask(next, command.asking)
  if (command.what === 'leave') yard.leave(id)
  if (command.what === 'reprioritize') yard.reprioritize(id, command.pick % 5)
  if (command.what === 'end' || command.what === 'free, ask, drain') yard.free(id)
  if (command.what === 'free, ask, drain') yard.ask(next, command.asking)
  if (command.what === 'end' || command.what === 'free, ask, drain') yard.drain(gate)
}

const limits = fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY)

it('starts whom a naive model starts, in its order, whatever ends, leaves or asks meanwhile', () => {
  fc.assert(
    fc.property(limits, commands(fc.constant(false), []), (globalMax, list) => {
      const { yard, asked } = realYard(globalMax)
      const naive = naiveYard(globalMax)
      for (const [next, command] of list.entries()) {
        const id = pick(asked, command)
        const picked = { id, gate: asked.get(id)?.asking.gate ?? 0, next }
        run(yard, command, picked)
        run(naive, command, picked)
        expect(yard.log).toEqual(naive.log)
      }
    }),
    { numRuns: 300 },
  )
})

it('never has more run than may, and lets nobody wait who may run; nested and abandoned runs included', () => {
  fc.assert(
    fc.property(limits, commands(fc.boolean(), ['abandon', 'end overdue']), (globalMax, list) => {
      const { yard, global, gates, gateOf, asked } = realYard(globalMax)
      for (const [next, command] of list.entries()) {
        const id = pick(asked, command)
        const one = asked.get(id)
        const gate = gateOf(one?.asking.gate ?? 0)
        if (command.what === 'abandon' && one?.state === 'running') {
          if (gate.abandon(one.waiter.rules)) yard.free(id)
          gate.drain()
        } else if (command.what === 'end overdue' && gate.overdue > 0) {
          gate.endOverdue()
          gate.drain()
        }
        run(yard, command, { id, gate: one?.asking.gate ?? 0, next })
        const running = [...asked.values()].filter(({ state }) => state === 'running')
        const counted = running.filter(({ asking }) => !asking.skipsGlobal).length
        expect([global.running, counted <= globalMax]).toEqual([counted, true])
        for (const [n, { running: taken, queue, overdue }] of gates.entries()) {
          const own = running.filter(({ asking }) => asking.gate === n)
          const isAlone = own.length < 2 || !own.some(({ asking }) => asking.exclusive)
          expect([taken, taken <= maxOf(n), isAlone]).toEqual([own.length, true, true])
          const head = queue.peek()
          const hasPermit = taken < maxOf(n) && !own.some(({ asking }) => asking.exclusive)
          const hasRoom = hasPermit && (!head?.rules.exclusive || taken === 0)
          const mayRun = head !== undefined && hasRoom && (head.skipsGlobal || global.running < globalMax)
          expect([mayRun, head !== undefined && overdue >= 2]).toEqual([false, false])
        }
      }
    }),
    { numRuns: 300 },
  )
})
