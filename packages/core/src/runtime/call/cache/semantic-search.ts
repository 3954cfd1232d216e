import { semanticKeyOf } from '../../../policies/cache/cache-key.ts'
import type { SemanticFinding } from '../../../policies/cache/semantic.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import type { CachePlace } from './cache-place.ts'
import type { CachedCall } from './cached-call.ts'

/**
 * Asks the vector layer, once for all equal calls that ask at the same time: an embedding may cost money. Undefined where
 * there is no such layer, or it has no answer in time; `onLate` is told of one that comes later.
 */
export function searchByMeaning(
  call: CachedCall,
  place: CachePlace,
  now: number,
  onLate: (finding: SemanticFinding | undefined) => void,
): Awaitable<SemanticFinding | undefined> {
  const { engine } = call
  const { results } = engine
  const { semantic, fields } = place.rules
  const question = place.semantic()
  if (semantic === undefined || fields === undefined || question === undefined) return undefined
  if (!isShareable(call, place)) return undefined
  const { bucket, text } = question
  const textOf = (id: string): string | undefined => textOfCandidate(call, place, id, now)
  const floor = call.minSimilarity
  const shared = `${floor ?? ''} ${bucket}${place.key}`
  const ask = (): Awaitable<SemanticFinding> => {
    const running = results.searches.get(shared)
    if (running !== undefined) return running
    const finding = semantic.find({ bucket, text, floor, textOf }, { now })
    return isThenable(finding) ? share(call, shared, finding) : finding
  }
  return engine.store('semantic').ask<SemanticFinding | undefined>(call, ask, {
    otherwise: () => undefined,
    onLate,
  })
}

/** Takes a vector out whose result is not there any more. */
export function forgetVector({ engine }: CachedCall, place: CachePlace, id: string): void {
  const { semantic } = place.rules
  const question = place.semantic()
  if (semantic === undefined || question === undefined) return
  engine.store('semantic').tell(() => semantic.forget(question.bucket, [id], { now: engine.clock.now() }))
}

/** Lets equal calls share a search, until it has ended. */
function share<T extends PromiseLike<SemanticFinding>>({ engine }: CachedCall, key: string, finding: T): T {
  const { searches } = engine.results
  const end = (): void => {
    searches.delete(key)
  }
  searches.set(key, finding)
  finding.then(end, end)
  return finding
}

/** Whoever cannot say it does not share. */
function isShareable(call: CachedCall, { rules }: CachePlace): boolean {
  try {
    return rules.semantic?.shareable(call.bound()) === true
  } catch {
    return false
  }
}

/** The text of a candidate; undefined where it was rejected for these arguments, or is not there any more. */
function textOfCandidate({ engine }: CachedCall, place: CachePlace, id: string, now: number): string | undefined {
  const { results } = engine
  const { fields } = place.rules
  const home = place.of(id)
  if (fields === undefined || results.isBanned(place, home.key)) return undefined
  if (results.store.answersAtOnce && results.store.peek(home, now) === undefined) return undefined
  try {
    return semanticKeyOf(id, fields)?.text
  } catch {
    // no id of ours
    return undefined
  }
}
