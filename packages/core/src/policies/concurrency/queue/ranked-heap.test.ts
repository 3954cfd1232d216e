import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { RankedHeap } from './ranked-heap.ts'

interface Item {
  heapIndex: number
  rank: number
  readonly arrival: number
}

/** The item that should stand on top, found by looking at all. */
function best(items: ReadonlySet<Item>): Item | undefined {
  return [...items].sort((a, b) => b.rank - a.rank || a.arrival - b.arrival)[0]
}

it('has the highest rank on top, of equal ones the first comer, whatever is added, moved and taken out', () => {
  const step = fc.tuple(
    fc.constantFrom('add', 'add', 'add', 'remove', 'update', 'remove top'),
    fc.nat(1000),
    fc.integer({ min: -5, max: 5 }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new RankedHeap<Item>()
      const items = new Set<Item>()
      for (const [arrival, [what, pick, rank]] of steps.entries()) {
        const item = what === 'add' ? { heapIndex: -1, rank, arrival } : [...items][pick % Math.max(1, items.size)]
        const target = what === 'remove top' ? heap.top : item
        if (target === undefined) continue
        if (what === 'add') {
          heap.add(target)
          items.add(target)
        } else if (what === 'update') {
          target.rank = rank
          heap.update(target)
        } else {
          heap.remove(target)
          items.delete(target)
        }
        expect([heap.top, target.heapIndex >= 0]).toEqual([best(items), items.has(target)])
      }
    }),
  )
})

it('gives 10,000 items in their order', () => {
  const heap = new RankedHeap<Item>()
  for (let arrival = 0; arrival < 10_000; arrival += 1) {
    heap.add({ heapIndex: -1, rank: (arrival * 7919) % 1000, arrival })
  }
  const given: Item[] = []
  for (let top = heap.top; top !== undefined; top = heap.top) {
    given.push(top)
    heap.remove(top)
  }
  expect(given.map(({ rank }) => rank)).toEqual(given.map(({ rank }) => rank).sort((a, b) => b - a))
  expect(given.length).toBe(10_000)
})
