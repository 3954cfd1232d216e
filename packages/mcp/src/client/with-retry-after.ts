import { assertOk } from '@headrace/core'

/** The statuses that come with a time to come back. */
const waiting: ReadonlySet<number> = new Set([429, 503])

/**
 * A `fetch` for the SDK's HTTP transports, which drop the Retry-After of an answer: with it, a 429 or a 503 that says
 * when to come back is waited for that long. Any other answer is passed on.
 */
export function withRetryAfter(send: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await send(input, init)
    return waiting.has(response.status) && response.headers.has('retry-after') ? assertOk(response) : response
  }
}
