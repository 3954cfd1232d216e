import { hash } from 'node:crypto'
import { canonicalJson } from '../../../json/plain-json.ts'
import { describeTool } from '../../../registry/describe-tool.ts'
import type { Tool } from '../../../tool/tool.ts'

/** The partition of results that everybody shares. */
export const sharedPartition = 'shared'

/** The partition of a tenant's results, those of its sessions included; without one, of all who have no tenant. */
export function partitionOfTenant(tenant: string | undefined): string {
  return tenant === undefined ? 'no tenant' : `tenant ${tenant}`
}

/** What every key of a tool begins with: a tool whose input schema has changed begins anew. */
export class KeyPrefix {
  readonly #tool: Tool
  #text: string | undefined

  constructor(tool: Tool) {
    this.#tool = tool
  }

  /** A JSON array, so that it ends where what follows begins. */
  get text(): string {
    this.#text ??= JSON.stringify([this.#tool.name, schemaHash(this.#tool)])
    return this.#text
  }
}

/** Empty where the schema has no JSON form: then its changes cannot be told. */
function schemaHash(tool: Tool): string {
  try {
    const schema = canonicalJson(describeTool(tool).inputSchema)
    return schema === undefined ? '' : hash('sha256', schema, 'base64url').slice(0, 16)
  } catch {
    return ''
  }
}
