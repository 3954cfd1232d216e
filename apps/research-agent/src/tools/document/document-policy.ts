import type { ToolPolicy } from '@headrace/core'

/** Reading a file here cannot be overloaded or come back: no retry, no breaker. What is installed changes rarely. */
export const documentPolicy: ToolPolicy = {
  concurrency: { max: 4 },
  timeout: { attempt: 5000 },
  retry: false,
  breaker: false,
  cache: { ttl: 300_000, scope: 'shared' },
}
