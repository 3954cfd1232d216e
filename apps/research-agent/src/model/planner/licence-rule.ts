import { z } from 'zod'
import type { Findings } from './findings.ts'
import { formatGaps, formatList } from './format-answer.ts'
import type { PlannedCall, Rule } from './rule.ts'
import { askService, query, readReadme, readTotals, totals } from './shared-calls.ts'

/** Licences that ask for little more than to be named; a choice between them is one of them. */
const usual = ['MIT', 'ISC', 'Apache-2.0']
const anyUsual = `(${usual.join('|').replace('.', '\\.')})`
const isUnusual = `p.kind = 'installed' and p.license !~ '^\\(?${anyUsual}( OR ${anyUsual})*\\)?$'`

const unusualRow = z.object({ id: z.string(), license: z.string(), readme: z.string().nullable() })
const dependentRow = z.object({ id: z.string(), dependent: z.string() })
const countRow = z.object({ license: z.string(), packages: z.number() })
const sectionsOutput = z.object({ sections: z.array(z.object({ heading: z.string(), text: z.string() })) })
const factsOutput = z.object({ license: z.string(), repository: z.string().nullable() })

const unusual = query(
  'other licences',
  `select p.id, p.license, p.readme from packages p where ${isUnusual} order by p.license, p.id`,
)
const dependents = query(
  'who depends on them',
  `select p.id, d.package_id as dependent from packages p join dependencies d on d.resolved_id = p.id where ${isUnusual} order by 1, 2`,
)
const counts = query(
  'packages per licence',
  `select license, count(*) as packages from packages where kind = 'installed' group by license order by 2 desc, 1`,
)
const mentions: PlannedCall = {
  key: 'docs on licences',
  tool: 'search_docs',
  arguments: { query: 'dual license commercial copyleft terms', limit: 5 },
}

/** Which licences are not the usual ones, and who depends on those packages. */
export const licenceRule: Rule = {
  name: 'licences',
  matches: (question, packages) => /licen[cs]e/i.test(question) && packages.length === 0,
  stages: () => [
    {
      why: 'finds unusual licences and who depends on them',
      plan: () => [counts, unusual, dependents, totals, mentions],
    },
    { why: 'looks closer at each of those packages', plan: lookCloser },
  ],
  answer,
}

function lookCloser(found: Findings): PlannedCall[] {
  const packages = found.rows(unusual.key, unusualRow).slice(0, 10)
  const first = packages[0]
  return [
    ...packages.map(({ id }) => askService('facts', id)),
    ...packages.flatMap(({ id, readme }) => (readme === null ? [] : [readReadme(id, ['licen'])])),
    ...(first === undefined ? [] : [askService('provenance', first.id)]),
  ]
}

function answer(found: Findings): string {
  const all = readTotals(found)
  const packages = found.rows(unusual.key, unusualRow)
  const needed = found.rows(dependents.key, dependentRow)
  const common = found.rows(counts.key, countRow).filter(({ license }) => usual.includes(license))
  const lines = packages.map(({ id, license }) => {
    const users = needed.filter((row) => row.id === id).map(({ dependent }) => dependent)
    const facts = found.output(`facts ${id}`, factsOutput)
    const told =
      facts === undefined
        ? ''
        : facts.license === license
          ? '; the service agrees'
          : `; the service says ${facts.license}`
    return `- ${license}: ${id}, used by ${formatList(users, 4)}${told}${sayReadme(found, id)}`
  })
  return [
    `${packages.length} of ${all?.packages ?? '?'} packages have a licence other than ${usual.join(', ')} ` +
      `(${common.map(({ license, packages: count }) => `${license} ${count}`).join(', ')}):`,
    ...lines,
    ...formatGaps(found).map((gap) => `- ${gap}`),
  ].join('\n')
}

function sayReadme(found: Findings, id: string): string {
  const heading = found.output(`README ${id}`, sectionsOutput)?.sections[0]?.heading
  return heading === undefined ? '' : `; its README has “${heading}”`
}
