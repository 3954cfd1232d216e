import { z } from 'zod'
import { formatBytes } from '../model/planner/format-answer.ts'
import type { Database } from '../tools/sql/database.ts'

/** The rows of the database, as it gives them without any of the agent's queries. */
export interface DatabaseContent {
  readonly packages: readonly z.infer<typeof packageRow>[]
  readonly dependencies: readonly z.infer<typeof dependencyRow>[]
}

const packageRow = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  license: z.string(),
  bytes: z.number(),
})
const dependencyRow = z.object({ package_id: z.string(), resolved_id: z.string() })

/** Reads the tables directly: no runtime, no tool, no cache in between. */
export async function readContent(database: Database): Promise<DatabaseContent> {
  const packages = await database.query(
    "select id, name, version, license, bytes from packages where kind = 'installed'",
    { maxRows: 10_000 },
  )
  const dependencies = await database.query(
    'select package_id, resolved_id from dependencies where resolved_id is not null',
    { maxRows: 100_000 },
  )
  return {
    packages: z.array(packageRow).parse(packages.rows),
    dependencies: z.array(dependencyRow).parse(dependencies.rows),
  }
}

/** Texts that an answer must hold. */
export type Expectation = (content: DatabaseContent) => readonly string[]

/** Each package with an unusual licence, and one that depends on it. */
export const expectLicences: Expectation = ({ packages, dependencies }) => {
  const usual = ['MIT', 'ISC', 'Apache-2.0']
  const unusual = packages.filter(({ license }) => {
    const choices = license.replaceAll(/[()]/g, '').split(' OR ')
    return !choices.every((choice) => usual.includes(choice))
  })
  return [
    `${unusual.length} of ${packages.length} packages`,
    ...unusual.map(({ id, license }) => {
      const users = dependencies.filter(({ resolved_id }) => resolved_id === id).map(({ package_id }) => package_id)
      const first = users.toSorted()[0]
      return `- ${license}: ${id}, used by ${first ?? 'none'}`
    }),
  ]
}

/** The eight largest packages with their sizes, and how much everything takes. */
export const expectSizes: Expectation = ({ packages }) => {
  const bySize = packages.toSorted((one, other) => other.bytes - one.bytes || (one.id < other.id ? -1 : 1))
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    `of ${formatBytes(total)} in ${packages.length} packages`,
    ...bySize.slice(0, 8).map(({ id, bytes }) => `- ${id}: ${formatBytes(bytes)} in`),
  ]
}

/** Every package with several versions, each version with the number of packages that use it where it is told. */
export const expectVersions: Expectation = ({ packages }) => {
  const byName = Map.groupBy(packages, ({ name }) => name)
  const several = [...byName].filter(([, versions]) => versions.length > 1)
  return [
    `${several.length} of ${byName.size} packages`,
    ...several.flatMap(([name, versions]) => [name, ...versions.map(({ version }) => version)]),
  ]
}
