import { describe, expect, it } from 'vitest'
import { SignalHub, type SignalLink } from './signal-hub.ts'

/** A signal that counts its listeners. */
function open() {
  const controller = new AbortController()
  const { signal } = controller
  const listening = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  let added = 0
  signal.addEventListener = (...of: Parameters<typeof add>) => {
    added += 1
    listening.add(of[1])
    add(...of)
  }
  signal.removeEventListener = (...of: Parameters<typeof remove>) => {
    listening.delete(of[1])
    remove(...of)
  }
  const told: string[] = []
  const hub = new SignalHub()
  const join = (name: string, onCancel?: () => void): SignalLink => {
    const cancel = (reason: unknown): void => {
      told.push(`${name}: ${String(reason)}`)
      onCancel?.()
    }
    return hub.join(signal, { cancel })
  }
  return { hub, signal, told, join, abort: () => controller.abort('why'), listening, added: () => added }
}

describe('SignalHub', () => {
  it('tells all who joined, in their order, in the same tick, with the reason of the signal', () => {
    const { join, told, abort } = open()
    for (const name of ['a', 'b', 'c']) join(name)
    abort()
    expect(told).toEqual(['a: why', 'b: why', 'c: why'])
  })

  it('listens once, however many join, and no more when the last has left', () => {
    const { hub, join, listening, added } = open()
    const links = Array.from({ length: 1000 }, (_, n) => join(`${n}`))
    expect([listening.size, added()]).toEqual([1, 1])
    for (const link of links) hub.leave(link)
    expect(listening.size).toBe(0)
    hub.leave(join('again'))
    expect([listening.size, added()]).toEqual([0, 2])
  })

  it('tells nobody who has left, from whatever place', () => {
    const { hub, join, told, abort } = open()
    const links = ['a', 'b', 'c', 'd', 'e'].map((name) => join(name))
    for (const index of [2, 0, 4]) {
      const link = links[index]
      if (link) hub.leave(link)
    }
    abort()
    expect(told).toEqual(['b: why', 'd: why'])
  })

  it('tells nobody who leaves because another was told', () => {
    const { hub, join, told, abort } = open()
    const links: SignalLink[] = []
    links.push(
      join('a', () => links[1] && hub.leave(links[1])),
      join('b'),
      join('c'),
    )
    abort()
    expect(told).toEqual(['a: why', 'c: why'])
  })

  it('minds nobody who leaves twice, nor after the abort', () => {
    const { hub, join, told, abort, listening } = open()
    const [a, b] = [join('a'), join('b')]
    hub.leave(a)
    hub.leave(a)
    abort()
    hub.leave(b)
    hub.leave(b)
    expect([told, listening.size]).toEqual([['b: why'], 0])
  })

  it('keeps signals apart', () => {
    const { hub, join, told, abort } = open()
    join('a')
    hub.join(new AbortController().signal, { cancel: () => void told.push('other') })
    abort()
    expect(told).toEqual(['a: why'])
  })

  it('joins and leaves in constant time: 100,000 on one signal', () => {
    const { hub, join, listening } = open()
    const links = Array.from({ length: 100_000 }, () => join('x'))
    for (const link of links) hub.leave(link)
    expect(listening.size).toBe(0)
  })
})
