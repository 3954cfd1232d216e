import { z } from 'zod'
import type { Findings } from './findings.ts'
import { formatExcerpt, formatGaps, formatList } from './format-answer.ts'
import type { PlannedCall, Rule } from './rule.ts'
import { askService, query, readTotals, totals } from './shared-calls.ts'

const looked = 8
const severalRow = z.object({ name: z.string(), versions: z.array(z.string()) })
const dependentRow = z.object({ id: z.string(), dependents: z.number() })
const changesOutput = z.object({
  file: z.string().nullable(),
  releases: z.array(z.object({ version: z.string(), text: z.string() })),
})
const exportsOutput = z.object({ file: z.string().nullable(), exports: z.array(z.string()) })
const factsOutput = z.object({ repository: z.string().nullable(), engines: z.string().nullable() })

// Sorted as numbers, so that 10.0.0 comes after 9.0.0; a pre-release's suffix does not count here.
const byNumber = `string_to_array(regexp_replace(version, '[^0-9.].*$', ''), '.')::bigint[]`
const several = query(
  'several versions',
  `select name, array_agg(version order by ${byNumber}, version) as versions from packages where kind = 'installed' group by name having count(*) > 1 order by bool_or(changelog is not null) desc, count(*) desc, name`,
)
const dependents = query(
  'dependents of each',
  `select p.id, count(d.package_id) as dependents from packages p left join dependencies d on d.resolved_id = p.id where p.name in (select name from packages where kind = 'installed' group by name having count(*) > 1) group by p.id order by p.id`,
)
const advice: PlannedCall = {
  key: 'docs on upgrades',
  tool: 'search_docs',
  arguments: { query: 'breaking changes migration upgrade major version', limit: 5 },
}

/** Which packages are there in several versions, and what changed between these. */
export const versionsRule: Rule = {
  name: 'versions',
  matches: (question, packages) =>
    /(several|multiple|two|duplicate\w*|different|more than one)\b.*\bversions?|duplicate/i.test(question) &&
    packages.length === 0,
  stages: () => [
    { why: 'finds packages in several versions', plan: () => [several, dependents, totals, advice] },
    { why: 'compares their changelogs, exports and facts', plan: compareVersions },
  ],
  answer,
}

interface Pair {
  readonly name: string
  readonly older: string
  readonly newer: string
}

function pairsOf(found: Findings): Pair[] {
  return found
    .rows(several.key, severalRow)
    .slice(0, looked)
    .flatMap(({ name, versions }) => {
      const [older, newer] = [versions[0], versions.at(-1)]
      return older === undefined || newer === undefined ? [] : [{ name, older, newer }]
    })
}

function compareVersions(found: Findings): PlannedCall[] {
  return pairsOf(found).flatMap(({ name, older, newer }) => [
    { key: `changes ${name}@${newer}`, tool: 'changes_between', arguments: { package: name, from: older, to: newer } },
    ...[older, newer].map((version) => ({
      key: `exports ${name}@${version}`,
      tool: 'list_exports',
      arguments: { package: `${name}@${version}` },
    })),
    askService('facts', `${name}@${older}`),
    askService('facts', `${name}@${newer}`),
  ])
}

function answer(found: Findings): string {
  const all = readTotals(found)
  const rows = found.rows(several.key, severalRow)
  const used = new Map(found.rows(dependents.key, dependentRow).map(({ id, dependents: count }) => [id, count]))
  const rest = rows.slice(looked)
  return [
    `${rows.length} of ${all?.names ?? '?'} packages are installed in more than one version:`,
    ...pairsOf(found).flatMap((pair) => {
      const versions = rows.find(({ name }) => name === pair.name)?.versions ?? []
      const users = versions.map((version) => `${version} (used by ${used.get(`${pair.name}@${version}`) ?? '?'})`)
      return [`- ${pair.name}: ${users.join(', ')}. ${sayChanges(found, pair)}`]
    }),
    ...(rest.length === 0
      ? []
      : [`- and ${rest.map(({ name, versions }) => `${name} (${versions.join(', ')})`).join(', ')}`]),
    ...formatGaps(found).map((gap) => `- ${gap}`),
  ].join('\n')
}

/** What the changelog says, else how exports and engines differ, else where to look. */
function sayChanges(found: Findings, { name, older, newer }: Pair): string {
  const changes = found.output(`changes ${name}@${newer}`, changesOutput)
  const told = changes?.releases.find(({ text }) => text !== '')
  if (changes !== undefined && told !== undefined) {
    return `${changes.file}: ${changes.releases.length} releases between; ${told.version}: ${formatExcerpt(told.text, 110)}`
  }
  const facts = [older, newer].map((version) => found.output(`facts ${name}@${version}`, factsOutput))
  const [before, after] = facts.map((one) => one?.engines ?? 'any')
  const engines = before === after ? '' : `; Node ${before} became ${after}`
  const where = facts[1]?.repository ? `; see ${facts[1].repository}` : ''
  return `It ships no changelog of these releases${sayExports(found, { name, older, newer })}${engines}${where}`
}

function sayExports(found: Findings, { name, older, newer }: Pair): string {
  const [before, after] = [older, newer].map((version) => found.output(`exports ${name}@${version}`, exportsOutput))
  if (!before?.file || !after?.file) return ''
  const added = after.exports.filter((one) => !before.exports.includes(one))
  const removed = before.exports.filter((one) => !after.exports.includes(one))
  if (added.length + removed.length === 0) return '; the same exports'
  return `; exports added: ${formatList(added, 3)}, removed: ${formatList(removed, 3)}`
}
