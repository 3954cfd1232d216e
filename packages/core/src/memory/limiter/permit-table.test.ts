import { expect, it } from 'vitest'
import type { LimitRequest } from '../../ports/limiter.ts'
import { PermitTable } from './permit-table.ts'

it('remembers no key without holders', () => {
  const permits = new PermitTable()
  const requests: LimitRequest[] = ['a', 'a', 'b'].map((key) => ({ kind: 'concurrency', key, max: 2, leaseMs: 100 }))
  const leases = [1, 2].map((number) => ({
    ...{ id: `${number}`, number, takenAt: 0, leaseMs: 100, expiresAt: 100 },
    requests: number === 1 ? requests : requests.slice(2),
  }))
  for (const lease of leases) permits.take(lease)
  expect([permits.size, permits.blocking(requests.slice(2), 0)?.key]).toEqual([2, 'b'])
  const sizes = leases.map((lease) => {
    permits.free(lease)
    return permits.size
  })
  expect(sizes).toEqual([1, 0])
})
