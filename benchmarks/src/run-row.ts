import { type ContenderProcess, openContender } from './contender-process.ts'
import type { ContenderId } from './contenders.ts'
import { type Figures, type Sample, summarize } from './measure/statistics.ts'
import type { Row, Scale } from './row.ts'

/** How one contender came out of one row. */
export type Outcome = { readonly figures: Figures } | { readonly failure: string }

/** One row with the outcome of each contender, in the row's order. */
export interface RowReport {
  readonly row: Row
  readonly outcomes: ReadonlyMap<ContenderId, Outcome>
}

/** Measures a row: each contender one round after the other, in an order that rotates, so that noise meets all of them. */
export async function runRow(row: Row, scale: Scale): Promise<RowReport> {
  const samples = new Map<ContenderId, Sample[]>(row.contenders.map((id) => [id, []]))
  const failures = new Map<ContenderId, string>()
  const processes = new Map<ContenderId, ContenderProcess>()
  const rounds = Math.max(1, Math.round(scale.rounds * (row.share ?? 1)))

  const measure = async (id: ContenderId) => {
    try {
      const contender = processes.get(id) ?? (await openContender(row, id, scale))
      processes.set(id, contender)
      samples.get(id)?.push(await contender.measure())
    } catch (reason) {
      failures.set(id, reason instanceof Error ? reason.message : String(reason))
    }
    if (row.isFreshEachRound === true || failures.has(id)) {
      processes.get(id)?.close()
      processes.delete(id)
    }
  }

  for (let round = 0; round < rounds; round++) {
    for (const id of rotate(row.contenders, round)) if (!failures.has(id)) await measure(id)
  }
  for (const contender of processes.values()) contender.close()
  return {
    row,
    outcomes: new Map(row.contenders.map((id) => [id, outcomeOf(row, samples.get(id) ?? [], failures.get(id))])),
  }
}

function outcomeOf(row: Row, samples: readonly Sample[], failure: string | undefined): Outcome {
  if (samples.length === 0) return { failure: failure ?? 'not measured' }
  return { figures: summarize(samples, row.value) }
}

function rotate<T>(values: readonly T[], by: number): readonly T[] {
  const start = by % values.length
  return [...values.slice(start), ...values.slice(0, start)]
}
