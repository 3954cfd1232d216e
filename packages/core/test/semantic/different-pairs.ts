import { lookAlikes } from './look-alikes.ts'
import { nearCode } from './near-code.ts'
import { nearFacts } from './near-facts.ts'
import { nearMisses } from './near-misses.ts'
import { nearRequests } from './near-requests.ts'
import { nearTongues } from './near-tongues.ts'

export type Pair = readonly [string, string]

/** Requests that differ in one thing that matters. */
export const differentPairs: readonly Pair[] = [
  ...lookAlikes,
  ...nearCode,
  ...nearFacts,
  ...nearRequests,
  ...nearTongues,
  ...nearMisses.flatMap((group) => group.flatMap((a, at) => group.slice(at + 1).map((b): Pair => [a, b]))),
]
