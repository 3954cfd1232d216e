import { contenders } from '../contenders.ts'
import type { RowReport } from '../run-row.ts'
import type { Environment } from './environment.ts'
import { judge } from './judge.ts'

/** The whole run as plain data: times in ns of CPU, heap in bytes. */
export function formatJson(reports: readonly RowReport[], environment: Environment): string {
  const rows = reports.map((report) => {
    const { row, outcomes } = report
    const figures = [...outcomes].map(([id, outcome]) => {
      const { label, kind, without } = contenders[id]
      return { id, label, kind, without, ...('failure' in outcome ? outcome : outcome.figures) }
    })
    const goals = row.goals.map(({ text }) => text)
    return { id: row.id, title: row.title, unit: row.unit, goals, verdict: judge(report), contenders: figures }
  })
  return JSON.stringify({ environment, rows }, undefined, 2)
}
