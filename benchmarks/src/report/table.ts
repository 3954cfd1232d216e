import { type ContenderId, contenders } from '../contenders.ts'
import type { RowReport } from '../run-row.ts'
import { formatRatio, formatValue } from './format.ts'
import { isWhole, judge, resultsOf } from './judge.ts'

const header = ['row', 'ours', '× bare', 'ours, min–max', 'peers (× ours)', 'goal', 'verdict']

/** The Markdown table of all rows. */
export function formatTable(reports: readonly RowReport[]): string {
  const lines = [header, header.map(() => '---'), ...reports.map(cellsOf)]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function cellsOf(report: RowReport): readonly string[] {
  const { row } = report
  const results = resultsOf(report)
  const ours = results.headrace?.cost ?? Number.NaN
  const bare = results.bare?.cost ?? Number.NaN
  return [
    row.title,
    cellOf(report, 'headrace'),
    row.unit === 'ns' ? formatRatio(ours, bare) : '',
    spreadOf(report),
    peersOf(report, ours),
    row.goals.map(({ text }) => text).join('; '),
    verdictOf(report),
  ]
}

function cellOf({ row, outcomes }: RowReport, id: ContenderId): string {
  const outcome = outcomes.get(id)
  if (outcome === undefined) return '–'
  if ('failure' in outcome) return outcome.failure
  const { median } = outcome.figures
  const detail = row.detail?.(median)
  return formatValue(row.unit, row.value(median)) + (detail === undefined ? '' : ` (${detail})`)
}

function spreadOf({ row, outcomes }: RowReport): string {
  const outcome = outcomes.get('headrace')
  if (outcome === undefined || 'failure' in outcome || outcome.figures.rounds < 2) return ''
  const { min, max } = outcome.figures.values
  return `${formatValue(row.unit, min)} – ${formatValue(row.unit, max)}`
}

/** Cheapest first; those that do only a part of the work after all others. */
function peersOf(report: RowReport, ours: number): string {
  const results = resultsOf(report)
  const cost = (id: ContenderId) => results[id]?.cost ?? Number.POSITIVE_INFINITY
  const rank = (id: ContenderId) => (contenders[id].kind === 'bare' ? 0 : isWhole(report.row, id) ? 1 : 2)
  const others = report.row.contenders.filter((id) => contenders[id].kind !== 'ours')
  const sorted = others.sort((a, b) => rank(a) - rank(b) || cost(a) - cost(b))
  const cells = sorted.map((id) => {
    const ratio = formatRatio(cost(id), ours)
    const mark = isWhole(report.row, id) ? '' : '*'
    return `${contenders[id].label}${mark} ${cellOf(report, id)}${ratio === '' ? '' : `, ${ratio}`}`
  })
  return cells.join(' · ')
}

function verdictOf(report: RowReport): string {
  const { isMet, missed, open } = judge(report)
  if (isMet) return report.row.goals.length === 0 ? '' : 'met'
  if (missed.length === 0) return `open: ${open.join('; ')}`
  return `**missed**: ${missed.join('; ')}`
}
