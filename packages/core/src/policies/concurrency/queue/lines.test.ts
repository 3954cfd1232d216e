import { describe, expect, it } from 'vitest'
import { QueueEntry } from './lane.ts'
import { type LineEntry, Lines } from './lines.ts'

class Entry extends QueueEntry implements LineEntry {
  readonly name: string
  readonly line: string
  constructor(name: string, { line = 'a', priority = 0, session = '' } = {}) {
    super(priority, session)
    this.name = name
    this.line = line
  }
}

/** Lines with these entries, pushed a millisecond after each other. */
function filled(...entries: readonly Entry[]): Lines<Entry> {
  const lines = new Lines<Entry>({ count: 0 })
  for (const [now, entry] of entries.entries()) lines.push(entry, now)
  return lines
}

/** Takes all that nothing holds back. */
function drain(lines: Lines<Entry>): string[] {
  const names: string[] = []
  for (let entry = lines.shift(); entry !== undefined; entry = lines.shift()) names.push(entry.name)
  return names
}

describe('lines', () => {
  it('are one queue while none is held: by priority, then by age', () => {
    const of = (name: string, line: string, priority = 0): Entry => new Entry(name, { line, priority })
    expect(drain(filled(of('1', 'a'), of('2', ''), of('3', 'b'), of('4', 'a', 9)))).toEqual(['4', '1', '2', '3'])
  })

  it('that are held hold back their own entries alone', () => {
    const [first, second] = [new Entry('1'), new Entry('2')]
    const lines = filled(first, second, new Entry('3', { line: 'b' }), new Entry('4', { line: '' }))
    lines.hold(first)
    expect([drain(lines), lines.size, lines.held()]).toEqual([['3', '4'], 2, [first]])
    expect([lines.release(second), lines.release(first), drain(lines)]).toEqual([false, true, ['1', '2']])
  })

  it('are held by an entry that is not the first any more', () => {
    const [urgent, held] = [new Entry('urgent', { priority: 5 }), new Entry('held')]
    const lines = filled(held)
    lines.hold(held)
    lines.push(urgent, 1)
    expect(lines.peek()).toBeUndefined()
    lines.release(held)
    expect(drain(lines)).toEqual(['urgent', 'held'])
  })

  it('stay held when two sessions take turns in being taken out and put back', () => {
    const [a, b] = [new Entry('a', { session: 'a' }), new Entry('b', { session: 'b' })]
    const lines = filled(a, b)
    lines.shift()
    lines.restore(a)
    lines.hold(a)
    expect(lines.peek()).toBeUndefined()
  })

  it('go on when who holds them leaves', () => {
    const [first, second] = [new Entry('1'), new Entry('2')]
    const lines = filled(first, second)
    lines.hold(first)
    lines.remove(first)
    expect([lines.peek()?.name, lines.held()]).toEqual(['2', []])
  })

  it('that are empty are forgotten, also as held ones', () => {
    const only = new Entry('1')
    const lines = filled(only)
    lines.hold(only)
    lines.remove(only)
    lines.push(new Entry('2'), 5)
    expect([drain(lines), lines.size]).toEqual([['2'], 0])
  })

  it('put an entry back where its age says', () => {
    const [first, second] = [new Entry('1'), new Entry('2')]
    const lines = filled(first, second)
    const taken = lines.shift()
    if (taken !== undefined) lines.restore(taken)
    expect(drain(lines)).toEqual(['1', '2'])
  })

  it('let one ask after one that was found to lack something, and one more after each that lacks nothing', () => {
    const lines = filled(...['1', '2', '3', '4', '5'].map((name) => new Entry(name)))
    const ask = (): Entry | undefined => {
      const entry = lines.peek()
      if (entry === undefined) return undefined
      lines.startAsking(entry)
      return lines.shift()
    }
    const first = ask()
    if (first === undefined) throw new Error('nobody waits')
    lines.restore(first)
    lines.endAsking(first, 'waits')
    const again = ask()
    expect([again?.name, lines.peek()]).toEqual(['1', undefined])
    if (again !== undefined) lines.endAsking(again, 'has all')
    expect([ask()?.name, ask()?.name, ask()]).toEqual(['2', '3', undefined])
  })

  it('find the oldest of all of them', () => {
    const lines = filled(new Entry('1', { line: 'b' }), new Entry('2', { line: '' }))
    expect(lines.oldest(() => true)?.name).toBe('1')
    expect(lines.oldest(({ line }) => line === '')?.name).toBe('2')
  })
})
