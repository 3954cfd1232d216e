import { seededRandom } from './seeded-random.ts'
import type { Shelf } from './shelf.ts'

/** What the service does with one request. `waitMs` is how long it takes before it does so. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly waitMs: number }
  | { readonly kind: 'rate-limit'; readonly waitMs: number; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly waitMs: number }
  | { readonly kind: 'outage'; readonly waitMs: number }
  | { readonly kind: 'reset'; readonly waitMs: number }
  | { readonly kind: 'hang' }

/** A request as far as its behaviour depends on it. */
export interface ServiceRequest {
  readonly path: string
  readonly shelf: Shelf
}

export interface MisbehaviourOptions {
  /** The same seed gives each path the same faults, in whatever order the paths are asked for. */
  readonly seed: number
  /** Milliseconds from any fixed moment. */
  readonly now: () => number
  /** Which request to a shelf begins its outage, and for how many milliseconds. One outage in all. */
  readonly outage?: { readonly shelf: Shelf; readonly atRequest: number; readonly forMs: number } | undefined
}

/** Shares of the paths that misbehave, cumulated: every such path recovers after one or two failures. */
const rateLimited = 0.12
const unavailable = 0.24
const reset = 0.34

/** Decides how the service treats each request: long-tailed latency, 429, bursts of 503, resets, hangs, one outage. */
export function createMisbehaviour(options: MisbehaviourOptions): (request: ServiceRequest) => Behaviour {
  const { seed } = options
  const visits = new Map<string, number>()
  const isOut = outageOf(options)
  return ({ path, shelf }) => {
    const visit = (visits.get(path) ?? 0) + 1
    visits.set(path, visit)
    if (path.endsWith('/provenance')) return { kind: 'hang' }
    if (isOut(shelf)) return { kind: 'outage', waitMs: 5 }
    const waitMs = latency(seededRandom(seed, path, visit, 'u'), seededRandom(seed, path, visit, 'v'))
    return faultOf({ seed, path, visit, waitMs })
  }
}

function outageOf({ outage, now }: MisbehaviourOptions): (shelf: Shelf) => boolean {
  let requests = 0
  let endsAt = Number.NEGATIVE_INFINITY
  return (shelf) => {
    if (outage === undefined || shelf !== outage.shelf) return false
    requests += 1
    if (requests === outage.atRequest) endsAt = now() + outage.forMs
    return now() < endsAt
  }
}

interface Visit {
  readonly seed: number
  readonly path: string
  readonly visit: number
  readonly waitMs: number
}

function faultOf({ seed, path, visit, waitMs }: Visit): Behaviour {
  const draw = seededRandom(seed, path)
  if (draw < rateLimited) {
    if (visit === 1) return { kind: 'rate-limit', waitMs: 10, retryAfterMs: 250 }
  } else if (draw < unavailable) {
    const burst = seededRandom(seed, path, 'burst') < 0.5 ? 1 : 2
    if (visit <= burst) return { kind: 'unavailable', waitMs: 10 }
  } else if (draw < reset && visit === 1) return { kind: 'reset', waitMs }
  return { kind: 'answer', waitMs }
}

/** Log-normal (Box-Muller), as latencies of services are: half below 140 ms, one in twenty above 700. */
function latency(u: number, v: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v)
  return Math.min(1200, Math.round(140 * Math.exp(normal)))
}
