import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LimitRequest } from '../ports/limiter.ts'
import { memoryLimiter } from './memory-limiter.ts'

const requests: readonly LimitRequest[] = [
  // Powers of two, so that the sums of the model are exact.
  { kind: 'rate', key: 'bucket', limit: 1, perMs: 8, burst: 3, weight: 1, algorithm: 'token-bucket' },
  { kind: 'rate', key: 'heavy', limit: 4, perMs: 32, burst: 8, weight: 3, algorithm: 'token-bucket' },
  { kind: 'rate', key: 'window', limit: 3, perMs: 20, burst: 3, weight: 1, algorithm: 'sliding-window' },
  { kind: 'concurrency', key: 'one', max: 1, leaseMs: 15 },
  { kind: 'concurrency', key: 'two', max: 2, leaseMs: 25 },
]

interface Granted {
  readonly id: string
  readonly asked: readonly LimitRequest[]
  readonly at: number
  endsAt: number
}

/** What the port says, as plainly as it can be written: every grant is kept, everything is counted anew each time. */
class NaiveLimiter {
  /** What holds permits. */
  leases: Granted[] = []
  /** What has taken tokens, and what came back of them when. */
  taken: { readonly request: LimitRequest; readonly weight: number; readonly at: number; readonly id: string }[] = []
  cooled = new Map<string, number>()

  grant(id: string, asked: readonly LimitRequest[], at: number): void {
    const leaseMs = leaseOf(asked)
    this.leases.push({ id, asked, at, endsAt: at + leaseMs })
    for (const request of asked)
      if (request.kind === 'rate') this.taken.push({ request, weight: request.weight, at, id })
  }

  fits(request: LimitRequest, now: number): boolean {
    if ((this.cooled.get(request.key) ?? now) > now) return false
    const alive = this.leases.filter(({ asked, endsAt }) => endsAt > now && asked.includes(request))
    if (request.kind === 'concurrency') return alive.length < request.max
    return this.levelOf(request, now) + request.weight <= request.burst
  }

  /** What counts of a rate. */
  levelOf(request: LimitRequest, now: number): number {
    if (request.kind !== 'rate') return 0
    const taken = this.taken.filter((one) => one.request === request)
    if (request.algorithm === 'sliding-window') {
      return taken.reduce((sum, { at, weight }) => (at > now - request.perMs ? sum + weight : sum), 0)
    }
    const { limit, perMs } = request
    let level = 0
    let last = 0
    for (const { at, weight } of taken) {
      level = Math.max(0, level - ((at - last) * limit) / perMs) + weight
      last = at
    }
    return Math.max(0, level - ((now - last) * limit) / perMs)
  }

  release(id: string, now: number, refund: boolean): void {
    const lease = this.leases.find((one) => one.id === id)
    this.leases = this.leases.filter((one) => one !== lease)
    if (lease === undefined || lease.endsAt <= now || !refund) return
    for (const request of lease.asked) if (request.kind === 'rate') this.giveBack(request, lease, now)
  }

  giveBack(request: LimitRequest & { kind: 'rate' }, lease: Granted, now: number): void {
    if (request.algorithm === 'sliding-window') {
      this.taken = this.taken.filter((one) => one.request !== request || one.id !== lease.id)
      return
    }
    const left = request.weight - ((now - lease.at) * request.limit) / request.perMs
    if (left > 0) this.taken.push({ request, weight: -left, at: now, id: '' })
  }
}

const leaseOf = (asked: readonly LimitRequest[]): number =>
  asked.reduce(
    (shortest, request) => (request.kind === 'concurrency' ? Math.min(shortest, request.leaseMs) : shortest),
    Number.POSITIVE_INFINITY,
  )

const step = fc.record({
  what: fc.constantFrom('acquire', 'acquire', 'acquire', 'release', 'refund', 'renew', 'cooldown'),
  asked: fc.subarray([...requests], { minLength: 1 }),
  pick: fc.nat(),
  passMs: fc.oneof(fc.constant(0), fc.nat(12)),
})

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

class Trial {
  readonly limiter = memoryLimiter()
  readonly naive = new NaiveLimiter()
  readonly ids: string[] = []
  now = 0

  run({ what, asked, pick, passMs }: Step): void {
    this.now += passMs
    const id = this.ids[pick % Math.max(1, this.ids.length)] ?? ''
    const { limiter, naive, now } = this
    if (what === 'acquire') return this.acquire(asked)
    if (what === 'renew') return this.renew(id)
    if (what === 'cooldown') return this.cooldown(asked[0]?.key ?? '', now + (pick % 20) - 2)
    limiter.release(id, { now, refund: what === 'refund' })
    naive.release(id, now, what === 'refund')
  }

  acquire(asked: readonly LimitRequest[]): void {
    const { limiter, naive, now } = this
    const decision = limiter.acquire(asked, { now })
    const inTheWay = asked.filter((request) => !naive.fits(request, now))
    expect(decision.granted).toBe(inTheWay.length === 0)
    if (!decision.granted) return assertWait(naive, inTheWay, { ...decision, now })
    this.ids.push(decision.lease)
    naive.grant(decision.lease, asked, now)
  }

  renew(id: string): void {
    const { limiter, naive, now } = this
    const lease = naive.leases.find((one) => one.id === id && one.endsAt > now)
    expect(limiter.renew(id, { now })).toBe(lease !== undefined)
    if (lease !== undefined) lease.endsAt = now + leaseOf(lease.asked)
  }

  cooldown(key: string, until: number): void {
    this.limiter.cooldown(key, until, { now: this.now })
    this.naive.cooled.set(key, Math.max(until, this.naive.cooled.get(key) ?? 0))
  }
}

it('grants what a list grants that is searched from end to end, and tells to the millisecond when more fits', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const trial = new Trial()
      for (const one of steps) trial.run(one)
      expect(new Set(trial.ids).size).toBe(trial.ids.length)
    }),
    { numRuns: 300 },
  )
})

function assertWait(
  naive: NaiveLimiter,
  inTheWay: readonly LimitRequest[],
  { retryAfterMs, blockedBy, now }: { retryAfterMs: number; blockedBy: string; now: number },
): void {
  expect([retryAfterMs >= 1, Number.isInteger(retryAfterMs)]).toEqual([true, true])
  const longest = inTheWay.filter(({ key }) => key === blockedBy)
  expect(longest).toHaveLength(1)
  // How long a permit is taken is a guess.
  const isExact = inTheWay.every(({ kind }) => kind === 'rate')
  const fitsAt = (time: number): boolean[] => inTheWay.map((request) => naive.fits(request, time))
  const isLast = longest.every((request) => !naive.fits(request, now + retryAfterMs - 1))
  expect(!isExact || (isLast && !fitsAt(now + retryAfterMs).includes(false))).toBe(true)
}
