import type { Breaker } from '../policies/breaker/breaker-state.ts'
import type { BreakerView } from '../ports/breaker-store.ts'

/** Breakers by key, of which only so many are kept. */
export interface BreakerRing {
  /** Finds a breaker and makes it the most recently used. */
  use(key: string): Breaker | undefined
  /** Keeps a new breaker, which is closed; drops others for it where there are too many. */
  add(breaker: Breaker): Breaker
  /** Drops a breaker, whatever its state. */
  drop(key: string): void
  /** To be told every change of state: only closed breakers may be dropped. */
  move(view: BreakerView): void
  /** Finds a breaker that has judged something, without using it. */
  judged(key: string): Breaker | undefined
  /** Above the generation of every breaker that was dropped: what their last calls tell counts nowhere. */
  nextGeneration(): number
}

/** Linked to itself while it is in no circle. */
class Link {
  readonly breaker: Breaker | undefined
  older: Link = this
  newer: Link = this

  constructor(breaker?: Breaker) {
    this.breaker = breaker
  }
}

/** Makes an empty ring for `maxKeys` breakers. Every operation takes constant time, dropping included. */
export function createBreakerRing(maxKeys: number): BreakerRing {
  const links = new Map<string, Link>()
  // The closed breakers in a circle by last use; `ends` is between the newest and the oldest.
  const ends = new Link()
  let generation = 1

  function dropOver(kept: Link): void {
    while (links.size > maxKeys) {
      const { breaker } = ends.newer
      if (breaker === undefined || breaker === kept.breaker) return
      drop(breaker.key)
    }
  }

  function drop(key: string): void {
    const link = links.get(key)
    if (link?.breaker === undefined) return
    generation = Math.max(generation, link.breaker.generation + 1)
    unlink(link)
    links.delete(key)
  }

  return {
    use(key) {
      const link = links.get(key)
      if (link !== undefined && link !== ends.older && link.newer !== link) insert(unlink(link), ends)
      return link?.breaker
    },
    add(breaker) {
      const link = new Link(breaker)
      links.set(breaker.key, link)
      insert(link, ends)
      dropOver(link)
      return breaker
    },
    drop,
    move({ key, state }) {
      const link = links.get(key)
      if (link === undefined) return
      unlink(link)
      if (state !== 'closed') return
      insert(link, ends)
      dropOver(link)
    },
    judged(key) {
      const breaker = links.get(key)?.breaker
      return breaker?.isJudged ? breaker : undefined
    },
    nextGeneration: () => generation,
  }
}

function unlink(link: Link): Link {
  link.older.newer = link.newer
  link.newer.older = link.older
  link.older = link
  link.newer = link
  return link
}

// As the newest: on the older side of `ends`, whose newer side is the oldest.
function insert(link: Link, ends: Link): void {
  link.older = ends.older
  link.newer = ends
  ends.older.newer = link
  ends.older = link
}
