import type { ToolPolicy } from '@headrace/core'
import { z } from 'zod'
import { shelfOf } from '../../service/shelf.ts'

const packageArgument = z.object({ package: z.string() })

/**
 * How a backend that misbehaves is called. The service fails by shelf, so each shelf has a breaker of its own: an
 * outage of one does not keep packages of the other from being answered.
 */
export const metadataPolicy: ToolPolicy = {
  concurrency: { max: 8, queue: 200 },
  timeout: { attempt: 1500, total: 10_000 },
  retry: { maxAttempts: 4, backoff: { base: 60, max: 600 }, budget: { ratio: 0.5, minConcurrent: 4 } },
  breaker: {
    key: (call) => `metadata ${shelfOf(packageArgument.parse(call.arguments).package)}`,
    consecutiveFailures: 5,
    openFor: 1000,
  },
  cache: { ttl: 60_000, scope: 'shared' },
}
