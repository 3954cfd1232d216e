/** Numbers by what they are a measure of, as one round of one contender gives them. */
export type Sample = Readonly<Record<string, number>>

/** The same over all rounds: medians of each measure, and how far the compared figure went. */
export interface Figures {
  readonly rounds: number
  readonly median: Sample
  readonly values: { readonly median: number; readonly min: number; readonly max: number }
}

/** The middle one, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Medians and spread; `figureOf` takes the compared figure from a sample. */
export function summarize(samples: readonly Sample[], figureOf: (sample: Sample) => number): Figures {
  const keys = Object.keys(samples[0] ?? {})
  const medianOf = (key: string) => median(samples.map((sample) => sample[key] ?? Number.NaN))
  const medians = Object.fromEntries(keys.map((key) => [key, medianOf(key)]))
  const values = samples.map(figureOf)
  return {
    rounds: samples.length,
    median: medians,
    values: { median: figureOf(medians), min: Math.min(...values), max: Math.max(...values) },
  }
}
