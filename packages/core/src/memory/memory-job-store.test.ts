import { describe, expect, it, vi } from 'vitest'
import type { JobRecord } from '../ports/job-store.ts'
import { memoryJobStore } from './memory-job-store.ts'

const at = (now: number) => ({ now })
const job = (id: string, rest: Partial<JobRecord> = {}): JobRecord => ({
  id,
  version: 1,
  state: 'working',
  tool: 'render',
  callId: `call-${id}`,
  arguments: '{}',
  idempotencyKey: id,
  mayRepeat: false,
  attempt: 0,
  createdAt: 0,
  updatedAt: 0,
  ttlMs: 100,
  pollIntervalMs: 10,
  ...rest,
})
const tools = ['render']

describe('memoryJobStore', () => {
  it('keeps a new job as it is given', () => {
    const store = memoryJobStore()
    expect(store.create(job('a'), at(0))).toEqual({ created: true, job: job('a') })
    expect([store.get('a', at(1)), store.get('b', at(1)), store.size]).toEqual([job('a'), undefined, 1])
  })

  it('gives the old job of the same tenant and idempotency key, and changes nothing', () => {
    const store = memoryJobStore()
    store.create(job('a', { idempotencyKey: 'k', tenant: 't' }), at(0))
    const again = store.create(job('b', { idempotencyKey: 'k', tenant: 't', tool: 'other' }), at(1))
    expect([again.created, again.job.id, store.get('b', at(1))]).toEqual([false, 'a', undefined])
  })

  it('keeps the keys of tenants apart, and of no tenant', () => {
    const store = memoryJobStore()
    const created = [undefined, 't', 'null', 'u'].map(
      (tenant, index) => store.create(job(`${index}`, { idempotencyKey: 'k', tenant }), at(0)).created,
    )
    expect(created).toEqual([true, true, true, true])
  })

  it('updates the version that is named, and no other', () => {
    const store = memoryJobStore()
    store.create(job('a'), at(0))
    expect(store.update('a', 1, { attempt: 1, owner: 'o' }, at(5))).toEqual(
      job('a', { attempt: 1, owner: 'o', version: 2, updatedAt: 5 }),
    )
    expect([store.update('a', 1, { attempt: 9 }, at(6)), store.update('b', 1, {}, at(6))]).toEqual([false, false])
    expect(store.get('a', at(6))?.attempt).toBe(1)
  })

  it('takes out a member that an update names as undefined, and leaves the others', () => {
    const store = memoryJobStore()
    store.create(job('a', { owner: 'o', leaseUntil: 10 }), at(0))
    expect(store.update('a', 1, { owner: undefined }, at(5))).toStrictEqual(
      job('a', { leaseUntil: 10, version: 2, updatedAt: 5 }),
    )
  })

  it.each(['completed', 'failed', 'cancelled'] as const)('never changes a job that is %s', (state) => {
    const store = memoryJobStore()
    store.create(job('a'), at(0))
    store.update('a', 1, { state }, at(1))
    expect([store.update('a', 2, { state: 'working' }, at(2)), store.claim('o', 10, { now: 2, tools })]).toEqual([
      false,
      undefined,
    ])
    expect(store.get('a', at(2))?.state).toBe(state)
  })

  it('forgets a job and its key when its time after the end is over, exclusive', () => {
    const store = memoryJobStore()
    store.create(job('a', { ttlMs: 50 }), at(0))
    expect(store.get('a', at(10_000))?.id).toBe('a')
    store.update('a', 1, { state: 'completed' }, at(100))
    expect([store.get('a', at(149))?.id, store.create(job('b', { idempotencyKey: 'a' }), at(149)).created]).toEqual([
      'a',
      false,
    ])
    expect([store.get('a', at(150)), store.create(job('b', { idempotencyKey: 'a' }), at(150)).created]).toEqual([
      undefined,
      true,
    ])
  })

  it('forgets expired jobs that nobody asks for when new ones come', () => {
    const store = memoryJobStore()
    store.create(job('a'), at(0))
    store.update('a', 1, { state: 'completed' }, at(0))
    store.create(job('b'), at(100))
    expect(store.size).toBe(1)
  })

  it('makes room by what ended first, never by what runs', () => {
    const store = memoryJobStore({ maxJobs: 2 })
    store.create(job('a'), at(0))
    store.create(job('b'), at(0))
    expect(() => store.create(job('c'), at(1))).toThrow('holds 2 jobs')
    store.update('b', 1, { state: 'failed' }, at(2))
    expect(store.create(job('c'), at(3)).created).toBe(true)
    expect(['a', 'b', 'c'].map((id) => store.get(id, at(3))?.id)).toEqual(['a', undefined, 'c'])
  })

  it('gives an old job although it is full', () => {
    const store = memoryJobStore({ maxJobs: 1 })
    store.create(job('a'), at(0))
    expect(store.create(job('b', { idempotencyKey: 'a' }), at(1)).job.id).toBe('a')
  })

  describe('claim', () => {
    it('gives the oldest job that nobody holds, held from then on', () => {
      const store = memoryJobStore()
      store.create(job('young', { createdAt: 2 }), at(2))
      store.create(job('old', { createdAt: 1 }), at(2))
      expect(store.claim('o', 30, { now: 10, tools })).toEqual(
        job('old', {
          createdAt: 1,
          updatedAt: 10,
          version: 2,
          owner: 'o',
          attempt: 1,
          leaseUntil: 40,
          heartbeatAt: 10,
        }),
      )
      expect(store.claim('p', 30, { now: 10, tools })?.id).toBe('young')
      expect(store.claim('q', 30, { now: 39, tools })).toBeUndefined()
    })

    it('gives a job whose lease is over, at the end of it', () => {
      const store = memoryJobStore()
      store.create(job('a', { owner: 'o', leaseUntil: 50, attempt: 1 }), at(0))
      expect([store.claim('p', 10, { now: 49, tools }), store.claim('p', 10, { now: 50, tools })?.attempt]).toEqual([
        undefined,
        2,
      ])
    })

    it('gives no job of other tools, and none that waits for input', () => {
      const store = memoryJobStore()
      store.create(job('a', { tool: 'other' }), at(0))
      store.create(job('b', { state: 'input_required' }), at(0))
      expect(store.claim('o', 10, { now: 1, tools })).toBeUndefined()
    })
  })

  describe('watch', () => {
    it('tells every change in order, to each listener, until it is ended', () => {
      const store = memoryJobStore()
      const seen: string[] = []
      store.create(job('a'), at(0))
      const end = store.watch('a', ({ version }) => {
        seen.push(`first ${version}`)
        if (version === 2) store.update('a', 2, { attempt: 2 }, at(2))
      })
      store.watch('a', ({ version }) => seen.push(`second ${version}`))
      store.update('a', 1, { attempt: 1 }, at(1))
      end()
      end()
      store.update('a', 3, { state: 'completed' }, at(3))
      expect(seen).toEqual(['first 2', 'second 2', 'first 3', 'second 3', 'second 4'])
    })

    it('tells a claim, and nothing of other jobs', () => {
      const store = memoryJobStore()
      const seen: unknown[] = []
      store.create(job('a'), at(0))
      store.create(job('b'), at(0))
      store.watch('a', ({ owner }) => seen.push(owner))
      store.update('b', 1, { owner: 'x', leaseUntil: 100 }, at(1))
      store.claim('o', 10, { now: 1, tools })
      expect(seen).toEqual(['o'])
    })

    it('lets no listener that throws disturb the store or another listener', () => {
      vi.useFakeTimers()
      const store = memoryJobStore()
      const seen: number[] = []
      store.create(job('a'), at(0))
      store.watch('a', () => {
        throw new Error('listener')
      })
      store.watch('a', ({ version }) => seen.push(version))
      expect(store.update('a', 1, { attempt: 1 }, at(1))).toMatchObject({ attempt: 1 })
      expect(seen).toEqual([2])
      expect(() => vi.runAllTimers()).toThrow('listener')
      vi.useRealTimers()
    })
  })

  it('refuses options that make no sense', () => {
    expect(() => memoryJobStore({ maxJobs: 0 })).toThrow('memoryJobStore: maxJobs must be an integer >= 1')
    expect(() => memoryJobStore({ shared: 'yes' as never })).toThrow('memoryJobStore: shared must be true or false')
    expect(() => memoryJobStore({ size: 1 } as never)).toThrow("unknown option 'size'")
    expect(memoryJobStore({ shared: true }).supports).toEqual({ durable: false, shared: true, push: true })
  })
})
