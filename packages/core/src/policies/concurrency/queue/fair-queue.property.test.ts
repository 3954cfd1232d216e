import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { FairQueue } from './fair-queue.ts'
import { QueueEntry } from './lane.ts'

/** What semantics say, as plainly as it can be written: one list of all, and the order of turns in each class. */
class NaiveQueue {
  readonly entries: QueueEntry[] = []
  readonly turns = new Map<number, (string | undefined)[]>()

  push(entry: QueueEntry): void {
    const turns = this.turns.get(entry.priority) ?? []
    this.turns.set(entry.priority, turns)
    if (!turns.includes(entry.session)) turns.push(entry.session)
    this.entries.push(entry)
    this.entries.sort((a, b) => a.arrival - b.arrival)
  }

  remove(entry: QueueEntry): void {
    this.entries.splice(this.entries.indexOf(entry), 1)
    const turns = this.turns.get(entry.priority) ?? []
    if (!this.classOf(entry.priority).some(({ session }) => session === entry.session)) {
      turns.splice(turns.indexOf(entry.session), 1)
    }
  }

  next(now: number): QueueEntry | undefined {
    const priorities = [...new Set(this.entries.map(({ priority }) => priority))]
    const heads = priorities.flatMap((priority) => this.classOf(priority).slice(0, 1))
    const urgency = ({ priority, enqueuedAt }: QueueEntry): number => priority + (now - enqueuedAt) / 1000
    const best = heads.sort((a, b) => urgency(b) - urgency(a) || a.arrival - b.arrival)[0]
    if (best === undefined) return undefined
    const session = this.turns.get(best.priority)?.[0]
    return this.classOf(best.priority).find((entry) => entry.session === session)
  }

  shift(now: number): QueueEntry | undefined {
    const entry = this.next(now)
    if (entry === undefined) return undefined
    const turns = this.turns.get(entry.priority) ?? []
    turns.push(...turns.splice(0, 1))
    this.remove(entry)
    return entry
  }

  classOf(priority: number): QueueEntry[] {
    return this.entries.filter((entry) => entry.priority === priority)
  }
}

const step = fc.record({
  what: fc.constantFrom('push', 'push', 'push', 'shift', 'remove', 'reprioritize'),
  priority: fc.integer({ min: -3, max: 3 }),
  session: fc.constantFrom(undefined, 'a', 'b', 'c'),
  pick: fc.nat(1000),
  // Quarters of seconds: exact in binary, so that the naive sum has no rounding to disagree about.
  waitMs: fc.constantFrom(0, 0, 250, 1000, 2500),
})

it('gives what a naive queue gives, whatever is pushed, taken, removed and moved, at any pace', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const queue = new FairQueue<QueueEntry>()
      const naive = new NaiveQueue()
      const given: [QueueEntry | undefined, QueueEntry | undefined][] = []
      let now = 0
      for (const { what, priority, session, pick, waitMs } of steps) {
        now += waitMs
        const picked = naive.entries[pick % Math.max(1, naive.entries.length)]
        if (what === 'push') {
          const entry = new QueueEntry(priority, session)
          queue.push(entry, now)
          naive.push(entry)
        } else if (what === 'shift') {
          given.push([queue.shift(), naive.shift(now)])
        } else if (picked !== undefined) {
          naive.remove(picked)
          if (what === 'remove') queue.remove(picked)
          else queue.reprioritize(picked, priority === picked.priority ? priority + 1 : priority)
          if (what === 'reprioritize') naive.push(picked)
        }
        given.push([queue.peek(), naive.next(now)], [queue.oldest(() => true), naive.entries[0]])
        expect([given.every(([real, expected]) => real === expected), queue.size]).toEqual([true, naive.entries.length])
      }
      const expected = Array.from({ length: queue.size }, () => naive.shift(now))
      expect(Array.from(expected, () => queue.shift())).toEqual(expected)
      expect(queue.peek()).toBeUndefined()
    }),
  )
})

it('with whole numbers for priorities, gives one of those that are first by whole seconds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(900)), { minLength: 1, maxLength: 40 }),
      fc.nat(3000),
      (waits, extraMs) => {
        const queue = new FairQueue<QueueEntry>()
        let now = 0
        const entries = waits.map(([priority, ms]) => {
          const entry = new QueueEntry(priority, undefined)
          now += ms
          queue.push(entry, now)
          return entry
        })
        now += extraMs
        const urgency = (entry: QueueEntry): number => entry.priority + Math.floor((now - entry.enqueuedAt) / 1000)
        const head = queue.peek()
        const oldestOfClass = entries.find(({ priority }) => priority === head?.priority)
        expect(oldestOfClass && urgency(oldestOfClass)).toBe(Math.max(...entries.map(urgency)))
      },
    ),
  )
})
