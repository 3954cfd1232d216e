import { type ContenderId, contenders } from '../contenders.ts'
import type { Result, Results } from '../goal.ts'
import type { Row } from '../row.ts'
import type { RowReport } from '../run-row.ts'

/** What a row says about its goals. */
export interface Verdict {
  readonly isMet: boolean
  /** The goals that are missed, and a peer that is better. */
  readonly missed: readonly string[]
  /** Goals that could not be judged, because a figure is missing. */
  readonly open: readonly string[]
}

/** The figures of a report that goals look at. */
export function resultsOf({ row, outcomes }: RowReport): Results {
  const results: Partial<Record<ContenderId, Result>> = {}
  for (const [id, outcome] of outcomes) {
    if ('failure' in outcome) continue
    const medians = outcome.figures.median
    const value = row.value(medians)
    results[id] = { value, cost: row.cost?.(medians) ?? value, medians }
  }
  return results
}

/** Below this a peer is no better: it is noise. */
const tolerance = 1.05

/** Whether a contender does the whole work of the row. */
export function isWhole(row: Row, id: ContenderId): boolean {
  return contenders[id].kind !== 'part' && !row.parts?.includes(id)
}

/** Judges the row's own goals, and that no peer which does the same work is better than ours. */
export function judge(report: RowReport): Verdict {
  const results = resultsOf(report)
  const missed: string[] = []
  const open: string[] = []
  for (const goal of report.row.goals) {
    const isMet = goal.isMet(results)
    if (isMet === undefined) open.push(goal.text)
    else if (!isMet) missed.push(goal.text)
  }
  const ours = results.headrace
  for (const id of report.row.contenders) {
    const peer = results[id]
    if (contenders[id].kind !== 'peer' || !isWhole(report.row, id) || ours === undefined || peer === undefined) continue
    if (peer.cost * tolerance < ours.cost) missed.push(`${contenders[id].label} is better`)
  }
  return { isMet: missed.length === 0 && open.length === 0, missed, open }
}
