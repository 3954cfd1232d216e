import { z } from 'zod'
import type { Findings } from './findings.ts'
import { formatBytes, formatExcerpt, formatGaps } from './format-answer.ts'
import type { PlannedCall, Rule } from './rule.ts'
import { askService, query, readReadme, readTotals, totals } from './shared-calls.ts'

const shown = 8
const sizeRow = z.object({ id: z.string(), bytes: z.number(), files: z.number(), readme: z.string().nullable() })
const filesOutput = z.object({ largest: z.array(z.object({ path: z.string(), bytes: z.number() })) })
const factsOutput = z.object({ bytes: z.number(), deprecated: z.string().nullable() })
const hitsOutput = z.object({ hits: z.array(z.object({ heading: z.string(), excerpt: z.string() })) })
const sectionsOutput = z.object({ sections: z.array(z.object({ heading: z.string(), text: z.string() })) })

const largest = query(
  'largest packages',
  `select id, bytes, files, readme from packages where kind = 'installed' order by bytes desc, id limit ${shown}`,
)
const advice: PlannedCall = {
  key: 'docs on bundle size',
  tool: 'search_docs',
  arguments: { query: 'reduce bundle size tree shaking', limit: 5 },
}

/** Which packages take the most room, and what their READMEs say about it. */
export const sizeRule: Rule = {
  name: 'sizes',
  matches: (question, packages) =>
    /\b(size|sizes|large|larger|largest|big|biggest|heav\w+|bytes)\b/i.test(question) && packages.length === 0,
  stages: () => [
    { why: 'finds the largest packages', plan: () => [largest, totals, advice] },
    { why: 'asks what takes the room, and reads what their READMEs say', plan: lookCloser },
  ],
  answer,
}

function lookCloser(found: Findings): PlannedCall[] {
  return found.rows(largest.key, sizeRow).flatMap(({ id, readme }) => [
    askService('files', id),
    askService('facts', id),
    ...(readme === null ? [] : [readReadme(id, ['size', 'config', 'option', 'bundle', 'setting'])]),
    {
      key: `search ${id}`,
      tool: 'search_docs',
      arguments: { query: 'size configuration options', package: id, limit: 1 },
    },
  ])
}

function answer(found: Findings): string {
  const all = readTotals(found)
  const packages = found.rows(largest.key, sizeRow)
  const sum = packages.reduce((bytes, one) => bytes + one.bytes, 0)
  const share = all === undefined ? '' : ` of ${formatBytes(all.bytes)} in ${all.packages} packages`
  return [
    `The ${packages.length} largest take ${formatBytes(sum)}${share}:`,
    ...packages.map(({ id, bytes, files }) => {
      const biggest = found.output(`files ${id}`, filesOutput)?.largest[0]
      const inside = biggest === undefined ? '' : `, most of all ${biggest.path} (${formatBytes(biggest.bytes)})`
      return `- ${id}: ${formatBytes(bytes)} in ${files} files${inside}${sayDeprecated(found, id)}${sayReadme(found, id)}`
    }),
    ...formatGaps(found).map((gap) => `- ${gap}`),
  ].join('\n')
}

function sayDeprecated(found: Findings, id: string): string {
  const deprecated = found.output(`facts ${id}`, factsOutput)?.deprecated
  return deprecated ? `; deprecated: ${formatExcerpt(deprecated, 60)}` : ''
}

function sayReadme(found: Findings, id: string): string {
  const section = found.output(`README ${id}`, sectionsOutput)?.sections[0]
  const hit = found.output(`search ${id}`, hitsOutput)?.hits[0]
  const from = section ?? hit
  if (from === undefined) return '; its documents say nothing about size or configuration'
  return `; “${from.heading}”: ${formatExcerpt('text' in from ? from.text : from.excerpt, 90)}`
}
