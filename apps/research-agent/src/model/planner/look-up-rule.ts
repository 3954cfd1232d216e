import { z } from 'zod'
import type { Findings } from './findings.ts'
import { formatBytes, formatExcerpt, formatGaps, formatList } from './format-answer.ts'
import type { PlannedCall, Rule, Stage } from './rule.ts'
import { askService, query, totals } from './shared-calls.ts'

const packageRow = z.object({ id: z.string(), license: z.string(), bytes: z.number(), description: z.string() })
const dependentRow = z.object({ id: z.string(), dependent: z.string() })
const hit = z.object({ package: z.string(), heading: z.string(), excerpt: z.string() })
const hitsOutput = z.object({ hits: z.array(hit) })
const factsOutput = z.object({ repository: z.string().nullable(), deprecated: z.string().nullable() })
const exportsOutput = z.object({ file: z.string().nullable(), exports: z.array(z.string()) })

/** Everything about the packages that a question names; where it names none, what their documents say. */
export const lookUpRule: Rule = {
  name: 'look-up',
  matches: () => true,
  stages: (question, packages) => {
    const search: Stage = {
      why: 'searches the documents',
      plan: () => [docs(question), totals],
    }
    return packages.length === 0
      ? [search, { why: 'asks about the packages of the best hits', plan: aboutHits }]
      : aboutNamed(question, packages)
  },
  answer: (found, question) => (found.asked(named.key) > 0 ? answerNamed(found) : answerHits(found, question)),
}

const named = { key: 'named packages' }
const used = { key: 'who depends on them' }

function docs(question: string, name?: string): PlannedCall {
  const key = name === undefined ? 'docs' : `docs ${name}`
  const query = question.slice(0, 300)
  return {
    key,
    tool: 'search_docs',
    arguments: name === undefined ? { query, limit: 6 } : { query, package: name, limit: 2 },
  }
}

/** Single quotes doubled: names come from the disk, and what stands there is anybody's guess. */
function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')
}

function aboutNamed(question: string, packages: readonly string[]): Stage[] {
  const names = packages.slice(0, 5)
  const calls = [
    query(
      named.key,
      `select id, license, bytes, description from packages where name in (${quoted(names)}) order by id`,
    ),
    query(
      used.key,
      `select p.id, d.package_id as dependent from packages p join dependencies d on d.resolved_id = p.id where p.name in (${quoted(names)}) order by 1, 2`,
    ),
    ...names.flatMap((name) => [
      docs(question, name),
      askService('facts', name),
      { key: `exports ${name}`, tool: 'list_exports', arguments: { package: name } },
    ]),
  ]
  return [{ why: `looks up ${names.join(', ')}`, plan: () => calls }]
}

function aboutHits(found: Findings): PlannedCall[] {
  const hits = found.output('docs', hitsOutput)?.hits ?? []
  return [...new Set(hits.map((one) => one.package))].slice(0, 4).map((id) => askService('facts', id))
}

function answerNamed(found: Findings): string {
  const dependents = found.rows(used.key, dependentRow)
  const lines = found.rows(named.key, packageRow).map(({ id, license, bytes, description }) => {
    const name = id.slice(0, id.lastIndexOf('@'))
    const users = dependents.filter((row) => row.id === id).map(({ dependent }) => dependent)
    const facts = found.output(`facts ${name}`, factsOutput)
    const exported = found.output(`exports ${name}`, exportsOutput)
    return [
      `- ${id}: ${formatExcerpt(description, 120)}`,
      `  ${license}, ${formatBytes(bytes)}; used by ${formatList(users, 6)}`,
      ...(facts?.deprecated ? [`  deprecated: ${facts.deprecated}`] : []),
      ...(facts?.repository ? [`  ${facts.repository}`] : []),
      ...(exported?.file ? [`  exports ${formatList(exported.exports, 8)}`] : []),
      ...(found.output(`docs ${name}`, hitsOutput)?.hits ?? []).map(sayHit),
    ].join('\n')
  })
  return [
    'What is known of the packages in the question:',
    ...lines,
    ...formatGaps(found).map((gap) => `- ${gap}`),
  ].join('\n')
}

function answerHits(found: Findings, question: string): string {
  const hits = found.output('docs', hitsOutput)?.hits ?? []
  if (hits.length === 0) return `Nothing in the documents of the installed packages fits “${question}”.`
  const lines = hits.map((one) => `- ${one.package}${sayHit(one).replace(/^ +/, ', ')}`)
  return ['The documents of the installed packages say:', ...lines, ...formatGaps(found).map((gap) => `- ${gap}`)].join(
    '\n',
  )
}

function sayHit({ heading, excerpt }: z.infer<typeof hit>): string {
  return `  “${heading || 'beginning'}”: ${formatExcerpt(excerpt, 160)}`
}
