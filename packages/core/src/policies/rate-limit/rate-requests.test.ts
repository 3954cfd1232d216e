import { describe, expect, it } from 'vitest'
import type { BoundCall } from '../../call/tool-call.ts'
import { type RateLimitPolicy, resolveRateLimit } from './rate-limit-policy.ts'
import { createRateRequests } from './rate-requests.ts'

const callOf = (args: unknown = {}): BoundCall => ({
  callId: '1',
  tool: 'search',
  arguments: args,
  session: undefined,
  tenant: 'acme',
  metadata: {},
})

const asksOf = (policy: RateLimitPolicy, name = 'search') =>
  createRateRequests(resolveRateLimit(policy, 'test') ?? [], name)
const keysOf = (policy: RateLimitPolicy, name?: string) => asksOf(policy, name)(callOf()).requests.map(({ key }) => key)

describe('createRateRequests', () => {
  it('makes one request for each limit', () => {
    const { requests, rejecting } = asksOf({ limit: 10, per: 1000, weight: 2 })(callOf())
    const rate = { limit: 10, perMs: 1000, burst: 10, algorithm: 'token-bucket' }
    expect(requests).toEqual([{ kind: 'rate', key: 'search 10/1000ms', weight: 2, ...rate }])
    expect(rejecting).toEqual([])
  })

  it('asks for the same object where nothing depends on the call', () => {
    const askOf = asksOf({ limit: 10, per: 1000 })
    expect(askOf(callOf())).toBe(askOf(callOf({ other: true })))
  })

  it('tells limits of different numbers apart', () => {
    const limits: RateLimitPolicy = [
      { limit: 10, per: 1000 },
      { limit: 100, per: 60_000 },
      { limit: 10, per: 1000, burst: 20 },
      { limit: 10, per: 1000, algorithm: 'sliding-window' },
    ]
    expect(keysOf(limits)).toEqual([
      'search 10/1000ms',
      'search 100/60000ms',
      'search 10/1000ms,burst=20',
      'search 10/1000ms,window',
    ])
  })

  it('tells limits of one chain apart that have the same numbers', () => {
    const chain = [1, 2, 3].map((weight) => ({ limit: 10, per: 1000, weight }))
    expect(keysOf(chain)).toEqual(['search 10/1000ms', 'search 10/1000ms,#2', 'search 10/1000ms,#3'])
  })

  it('lets tools share a limit when their keys and numbers are the same', () => {
    const limit = { limit: 10, per: 1000, key: ({ tenant }: BoundCall) => `api of ${tenant}` }
    expect(keysOf(limit, 'search')).toEqual(['api of acme 10/1000ms'])
    expect(keysOf(limit, 'lookup')).toEqual(keysOf(limit, 'search'))
    expect(keysOf({ ...limit, limit: 11 }, 'lookup')).not.toEqual(keysOf(limit, 'search'))
  })

  it('names the limits that reject', () => {
    const chain: RateLimitPolicy = [
      { limit: 10, per: 1000, mode: 'reject' },
      { limit: 100, per: 60_000 },
    ]
    expect(asksOf(chain)(callOf()).rejecting).toEqual(['search 10/1000ms'])
  })

  it('asks the functions of the policy what the call counts', () => {
    const weight = (call: BoundCall): number => (call.arguments as { rows: number }).rows
    const askOf = asksOf({ limit: 10, per: 1000, weight })
    expect([1, 10].map((rows) => askOf(callOf({ rows })).requests[0]?.weight)).toEqual([1, 10])
  })

  it.each([
    [Number.NaN, 'NaN'],
    [0, '0'],
    [-1, '-1'],
    [11, '11'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['1', "'1'"],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('refuses a weight function that gives %o', (given, shown) => {
    const askOf = asksOf({ limit: 10, per: 1000, weight: () => given as number })
    expect(() => askOf(callOf())).toThrow(
      new RangeError(`rateLimit.weight of 'search' must give a number > 0 and <= 10, got ${shown}`),
    )
  })

  it('bounds what a weight function gives by the burst', () => {
    const askOf = asksOf({ limit: 10, per: 1000, burst: 3, weight: () => 4 })
    expect(() => askOf(callOf())).toThrow('must give a number > 0 and <= 3, got 4')
  })

  it('refuses a key that is no string', () => {
    const askOf = asksOf({ limit: 10, per: 1000, key: () => undefined as never })
    expect(() => askOf(callOf())).toThrow(new TypeError(`rateLimit.key of 'search' must give a string, got undefined`))
  })

  it('throws what the functions of the policy throw', () => {
    const fail = (): never => {
      throw new Error('no such tenant')
    }
    expect(() => asksOf({ limit: 10, per: 1000, key: fail })(callOf())).toThrow('no such tenant')
  })
})
