import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHeaders } from './header-map.ts'

function expectFive(headers: unknown): void {
  expect(readHeaders(headers).get('retry-after')).toBe('5')
}

describe('readHeaders', () => {
  it('reads a plain object in any case', () => {
    expectFive({ 'Retry-After': '5' })
    expectFive({ 'RETRY-AFTER': ' 5 ' })
    expectFive({ 'retry-after': 5 })
    expectFive({ 'retry-after': ['5', '6'] })
  })

  it('reads a Headers, a Map and pairs', () => {
    expectFive(new Headers({ 'Retry-After': '5' }))
    expectFive(new Map([['Retry-After', '5']]))
    expectFive([['Retry-After', '5']])
  })

  it('asks an object that has only a get method', () => {
    expectFive({ get: (name: string) => (name === 'retry-after' ? '5' : null) })
  })

  it('leaves out headers that say nothing about waiting', () => {
    expect(readHeaders({ date: 'x', 'content-type': 'y', 'x-ratelimit-reset': '3' }).size).toBe(1)
  })

  it('reads nothing from what is no headers object', () => {
    for (const headers of [undefined, null, 5, 'retry-after: 5', () => 5, [1, 'x', null]]) {
      expect(readHeaders(headers).size).toBe(0)
    }
  })

  it('survives getters, iterators and proxies that throw', () => {
    const fail = (): never => {
      throw new Error('hostile')
    }
    const getter = Object.defineProperty({}, 'retry-after', { enumerable: true, get: fail })
    const proxy = new Proxy({}, { get: fail, has: fail, ownKeys: fail })
    for (const headers of [getter, proxy, { [Symbol.iterator]: fail }, { get: fail }]) {
      expect(readHeaders(headers).size).toBe(0)
    }
  })

  it('stops reading an endless iterator', () => {
    function* endless(): Generator<[string, string]> {
      for (let count = 0; ; count += 1) yield [`x-limit-${count}`, '1']
    }
    expect(readHeaders(endless()).size).toBe(500)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withNullPrototype: true }), (headers) => {
        readHeaders(headers)
      }),
    )
  })
})
