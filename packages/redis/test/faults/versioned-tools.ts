import { setTimeout as sleep } from 'node:timers/promises'
import { defineTool, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'

/** What both tools give. */
export interface Versioned {
  readonly q: number
  readonly version: number
}

/** How many things have versions: `q` is 0 to one less. */
export const questions = 20
/** Milliseconds that a tool works. */
export const workMs = 5

interface Question {
  readonly q: number
}
const inputSchema = jsonSchema<Question>({ type: 'object' })
const tagsOf = ({ q }: Question): string[] => [`q${q}`]
// Limits that never bind: each call asks for them all the same.
const limits = { rateLimit: { limit: 100_000, per: 1_000 }, concurrency: { max: 1_000 } }

/** `read`, which is cached or not, gives the version of something, and `write` makes a new one. */
export function versionedTools(isCached: boolean): readonly Tool[] {
  const versions = Array.from({ length: questions }, () => 0)
  const read = defineTool({
    name: 'read',
    description: 'Reads the version of something',
    inputSchema,
    annotations: { readOnlyHint: true },
    policy: { ...limits, cache: isCached && { ttl: 60_000, scope: 'shared', tags: tagsOf } },
    async execute({ q }): Promise<Versioned> {
      const version = versions[q] ?? 0
      await sleep(workMs)
      return { q, version }
    },
  })
  const write = defineTool({
    name: 'write',
    description: 'Writes a new version of something',
    inputSchema,
    policy: isCached ? { ...limits, invalidates: tagsOf } : limits,
    async execute({ q }): Promise<Versioned> {
      await sleep(workMs)
      const version = (versions[q] ?? 0) + 1
      versions[q] = version
      return { q, version }
    },
  })
  return [read, write]
}
