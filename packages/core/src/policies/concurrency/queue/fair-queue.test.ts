import { describe, expect, it } from 'vitest'
import { FairQueue } from './fair-queue.ts'
import { QueueEntry } from './lane.ts'

class Named extends QueueEntry {
  readonly name: string

  constructor(name: string, priority: number, session?: string) {
    super(priority, session)
    this.name = name
  }
}

function open() {
  const queue = new FairQueue<Named>()
  const push = (
    name: string,
    { priority = 0, session, at = 0 }: { priority?: number; session?: string; at?: number },
  ) => {
    const entry = new Named(name, priority, session)
    queue.push(entry, at)
    return entry
  }
  const drain = (): string[] => {
    const names: string[] = []
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) names.push(entry.name)
    return names
  }
  return { queue, push, drain }
}

describe('FairQueue', () => {
  it('gives the highest priority first, and the first comer first inside a priority', () => {
    const { push, drain } = open()
    for (const [name, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', -1],
      ['d', 5],
    ] as const) {
      push(name, { priority })
    }
    expect(drain()).toEqual(['b', 'd', 'a', 'c'])
  })

  it('counts a second of waiting as one of priority, for all of the class', () => {
    const { push, drain } = open()
    push('old', { at: 0 })
    push('young, as old', { at: 1999 })
    push('urgent', { priority: 2, at: 2001 })
    push('very urgent', { priority: 3, at: 2001 })
    expect(drain()).toEqual(['very urgent', 'old', 'urgent', 'young, as old'])
  })

  it('takes the class whose oldest came first where two are equally urgent', () => {
    const { push, drain } = open()
    push('low', { at: 0 })
    push('high', { priority: 1, at: 1000 })
    expect(drain()).toEqual(['low', 'high'])
  })

  it('lets sessions take turns inside a priority; a call without a session is one of them', () => {
    const { push, drain } = open()
    for (const name of ['a1', 'a2', 'a3']) push(name, { session: 'a' })
    push('b1', { session: 'b' })
    for (const name of ['none 1', 'none 2']) push(name, {})
    expect(drain()).toEqual(['a1', 'b1', 'none 1', 'a2', 'none 2', 'a3'])
  })

  it('puts a session that comes again behind all who wait', () => {
    const { queue, push, drain } = open()
    push('a1', { session: 'a' })
    push('b1', { session: 'b' })
    push('b2', { session: 'b' })
    expect(queue.shift()?.name).toBe('a1')
    push('a2', { session: 'a' })
    expect(drain()).toEqual(['b1', 'a2', 'b2'])
  })

  it('keeps the turns of the others when one session leaves', () => {
    const { queue, push, drain } = open()
    const [a] = ['a', 'b', 'c'].map((session) => push(`${session}1`, { session }))
    push('b2', { session: 'b' })
    if (a) queue.remove(a)
    expect(drain()).toEqual(['b1', 'c1', 'b2'])
  })

  it('removes an entry wherever it stands, once', () => {
    const { queue, push, drain } = open()
    const entries = ['1', '2', '3', '4'].map((name) => push(name, {}))
    const middle = entries[1]
    expect(middle && [queue.remove(middle), queue.remove(middle), queue.size]).toEqual([true, false, 3])
    expect(drain()).toEqual(['1', '3', '4'])
  })

  it('takes an entry again that was removed', () => {
    const { queue, push, drain } = open()
    const entry = push('1', {})
    push('2', {})
    queue.remove(entry)
    queue.push(entry, 5)
    expect(drain()).toEqual(['2', '1'])
  })

  it('moves an entry before those of its new class who came later, also inside its session', () => {
    const { queue, push, drain } = open()
    const early = push('early', { session: 'a', at: 0 })
    for (const name of ['late 1', 'late 2']) push(name, { priority: 5, session: 'a', at: 10 })
    queue.reprioritize(early, 5)
    expect([early.enqueuedAt, drain()]).toEqual([0, ['early', 'late 1', 'late 2']])
  })

  it('does not move an entry that does not wait, or has that priority', () => {
    const { queue, push, drain } = open()
    const [a1] = ['a1', 'a2'].map((name) => push(name, { session: 'a' }))
    push('b1', { session: 'b' })
    if (a1) queue.reprioritize(a1, 0)
    const gone = new Named('gone', 0)
    queue.reprioritize(gone, 3)
    expect([drain(), gone.priority]).toEqual([['a1', 'b1', 'a2'], 0])
  })

  it('finds the one that waited longest of those that fit', () => {
    const { queue, push } = open()
    for (const [at, priority] of [5, 0, 5, 0].entries()) push(`${at}`, { priority, at })
    expect(queue.oldest(() => true)?.name).toBe('0')
    expect(queue.oldest(({ name }) => Number(name) > 0)?.name).toBe('1')
    expect(queue.oldest(({ name }) => Number(name) > 1)?.name).toBe('2')
    expect(queue.oldest(() => false)).toBeUndefined()
  })

  it('tells how urgent its head is, in the order of coming over all queues that share a count', () => {
    const arrivals = { count: 0 }
    const [one, other] = [new FairQueue<Named>(arrivals), new FairQueue<Named>(arrivals)]
    expect(one.rank).toBe(Number.NEGATIVE_INFINITY)
    one.push(new Named('1', 3), 500)
    other.push(new Named('2', 3), 500)
    expect([one.rank === other.rank, one.arrival < other.arrival]).toEqual([true, true])
  })

  it('takes any number for a priority, and 0 and -0 for the same', () => {
    const { push, drain } = open()
    for (const priority of [-0, 1e300, 0.5, -1e300, 0]) push(`${priority}`, { priority })
    expect(drain()).toEqual(['1e+300', '0.5', '0', '0', '-1e+300'])
  })
})
