import type { ContenderId } from './contenders.ts'
import type { Sample } from './measure/statistics.ts'

/** What one contender reached in a row: the figure that is compared, and the medians behind it. */
export interface Result {
  readonly value: number
  /** What peers are compared by: the value, or what the row compares instead. */
  readonly cost: number
  readonly medians: Sample
}

/** A row's results by contender; one that was stopped or failed has none. */
export type Results = Readonly<Partial<Record<ContenderId, Result>>>

/** One demand of a row: its words, and whether the results meet it; undefined when a result is missing. */
export interface Goal {
  readonly text: string
  isMet(results: Results): boolean | undefined
}

/** Ours is at most this: the row's figure, or the measure that is named. */
export function atMost(limit: number, text: string, measure?: string): Goal {
  return {
    text: `≤ ${text}`,
    isMet: ({ headrace }) => {
      if (headrace === undefined) return undefined
      const figure = measure === undefined ? headrace.value : headrace.medians[measure]
      return figure === undefined ? undefined : figure <= limit
    },
  }
}

/** The named measure of ours is at least this. */
export function atLeast(limit: number, text: string, measure: string): Goal {
  return {
    text: `≥ ${text}`,
    isMet: ({ headrace }) => {
      const figure = headrace?.medians[measure]
      return figure === undefined ? undefined : figure >= limit
    },
  }
}

/** Ours is at most this, or at most `factor` times the floor, whatever machine this is. */
export function atMostOrTimes(
  limit: number,
  text: string,
  { factor, floor }: { readonly factor: number; readonly floor: ContenderId },
): Goal {
  return {
    text: `≤ ${text} or ≤ ${factor} × the floor`,
    isMet: (results) => {
      const { headrace: ours, [floor]: least } = results
      if (ours === undefined) return undefined
      if (ours.value <= limit) return true
      return least === undefined ? undefined : ours.value <= factor * least.value
    },
  }
}

/** Ours is at most `factor` times this contender. */
export function atMostTimes(factor: number, other: ContenderId, name: string): Goal {
  return {
    text: `≤ ${factor} × ${name}`,
    isMet: ({ headrace: ours, [other]: theirs }) =>
      ours === undefined || theirs === undefined ? undefined : ours.value <= factor * theirs.value,
  }
}

/** The best of these peers costs at least `factor` times ours. */
export function timesUnder(factor: number, peers: readonly ContenderId[], name: string): Goal {
  return {
    text: `≥ ${factor}× under ${name}`,
    isMet: (results) => {
      const best = Math.min(...peers.map((peer) => results[peer]?.cost ?? Number.POSITIVE_INFINITY))
      if (results.headrace === undefined || best === Number.POSITIVE_INFINITY) return undefined
      return best >= factor * results.headrace.cost
    },
  }
}
