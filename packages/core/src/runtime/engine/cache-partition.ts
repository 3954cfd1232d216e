import { createHash } from 'node:crypto'
import { canonicalJson } from '../../json/plain-json.ts'
import { describeTool } from '../../registry/describe-tool.ts'
import type { Tool } from '../../tool/tool.ts'
import type { ToolRecord } from './tool-record.ts'

const shared = new WeakMap<ToolRecord, { readonly epoch: number; readonly name: string }>()

/** Names the entries of a tool that belong to `whom`; a tool whose input schema has changed begins anew. */
export function partitionName(record: ToolRecord, epoch: number, whom: string): string {
  let known = shared.get(record)
  if (known === undefined || known.epoch !== epoch) {
    known = { epoch, name: JSON.stringify([record.tool.name, schemaHash(record.tool), epoch]) }
    shared.set(record, known)
  }
  return whom === '' ? known.name : known.name + whom
}

/** Empty where the schema has no JSON form: then its changes cannot be told. */
function schemaHash(tool: Tool): string {
  try {
    const schema = canonicalJson(describeTool(tool).inputSchema)
    return schema === undefined ? '' : createHash('sha256').update(schema).digest('base64url').slice(0, 16)
  } catch {
    return ''
  }
}
