import { sketchLimits } from './sketch-limits.ts'
import type { VectorTable } from './vector-table.ts'

/** Up to this size comparing all vectors is as fast as making a sketch of the one that is looked for. */
const exactRows = 64
/** How many vectors are compared exactly at most: where very many sketches are near, only the nearest count. */
const maxCompared = 512

/** A row of a table that is near. */
export interface NearRow {
  readonly row: number
  /** Cosine, clipped to 0..1. */
  readonly similarity: number
}

/** Which rows {@link nearest} gives. */
export interface NearestOptions {
  readonly limit: number
  readonly floor: number
  isAlive(row: number): boolean
}

/** The rows nearest to a unit vector, the nearest first. */
export function nearest(
  table: VectorTable,
  vector: Float32Array,
  { limit, floor, isAlive }: NearestOptions,
): readonly NearRow[] {
  const best: NearRow[] = []
  const compare = (row: number): void => {
    if (!isAlive(row)) return
    const similarity = clip(table.cosine(row, vector))
    if (similarity >= floor && similarity > (best[limit - 1]?.similarity ?? -1))
      insert(best, { row, similarity }, limit)
  }
  if (table.size <= exactRows) {
    for (let row = 0; row < table.size; row += 1) compare(row)
    return best
  }
  const enough = Math.max(maxCompared, limit * 4)
  let compared = 0
  for (const [distance, rows = []] of table.near(vector, sketchLimits(floor), enough).entries()) {
    const worst = best[limit - 1]
    if (compared >= enough || (worst !== undefined && distance > sketchLimits(worst.similarity).whole)) break
    for (const row of rows.slice(0, enough - compared)) compare(row)
    compared += rows.length
  }
  return best
}

/** Rounding may take the cosine of equal vectors below 1. */
function clip(cosine: number): number {
  return cosine > 0.999999 ? 1 : Math.max(0, cosine)
}

function insert(best: NearRow[], row: NearRow, limit: number): void {
  let at = best.length
  while (at > 0 && (best[at - 1]?.similarity ?? 0) < row.similarity) at -= 1
  best.splice(at, 0, row)
  if (best.length > limit) best.pop()
}
