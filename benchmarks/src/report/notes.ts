import { contenders } from '../contenders.ts'
import type { RowReport } from '../run-row.ts'
import type { Environment } from './environment.ts'

const noisy = 1.5

/** What one has to know to read the table: where it ran, how noisy that was, what the contenders leave out. */
export function formatNotes(reports: readonly RowReport[], { node, cores, load, versions }: Environment): string {
  const ids = [...new Set(reports.flatMap(({ row }) => row.contenders))]
  const without = ids.flatMap((id) => {
    const { label, without } = contenders[id]
    return without === undefined ? [] : [`${label} without ${without}`]
  })
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `Node ${node}, ${cores} cores, load ${load} at the start. Medians of interleaved rounds; CPU of the whole process.`,
    noiseOf(reports),
    ...(without.length === 0 ? [] : [`${without.join(' · ')}. * does only a part of the work: shown, not judged.`]),
    `${named.join(' · ')}.`,
  ].join('\n')
}

/** The unit's own spread: what is not ours to explain. */
function noiseOf(reports: readonly RowReport[]): string {
  for (const { row, outcomes } of reports) {
    const bare = outcomes.get('bare')
    if (bare === undefined || 'failure' in bare || row.unit !== 'ns') continue
    const { min, max, median } = bare.figures.values
    const spread = `A bare await took ${Math.round(median)} ns (${Math.round(min)}–${Math.round(max)})`
    return max > noisy * min ? `${spread}: a noisy machine, trust ratios, not times.` : `${spread}.`
  }
  return 'No bare await in this run: trust ratios, not times.'
}
