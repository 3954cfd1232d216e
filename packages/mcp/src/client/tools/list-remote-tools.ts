import type { ToolAnnotations, ToolExecution } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'
import type { Peer } from '../connection/peer.ts'
import type { Warn } from '../mcp-tools-options.ts'

const mostPages = 1000
const taskSupports = ['forbidden', 'optional', 'required'] as const
const hints = ['readOnlyHint', 'idempotentHint', 'destructiveHint', 'openWorldHint'] as const

/** A tool as a server tells of it; every word of it is a stranger's. */
export interface RemoteTool {
  readonly name: string
  readonly title: string | undefined
  readonly description: string
  readonly inputSchema: unknown
  readonly outputSchema: unknown
  readonly annotations: ToolAnnotations
  readonly taskSupport: ToolExecution['taskSupport']
}

/** Lists a server's tools, all pages of them. What is no tool, or has the name of one before it, is left out. */
export async function listRemoteTools(peer: Peer, warn: Warn): Promise<RemoteTool[]> {
  const tools = new Map<string, RemoteTool>()
  const seen = new Set<unknown>()
  let cursor: unknown
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await peer.request('tools/list', typeof cursor === 'string' ? { cursor } : {})
    for (const entry of Array.isArray(answer.tools) ? answer.tools : []) {
      const tool = readTool(entry)
      if (tool === undefined) warn({ message: 'The server lists something that is no tool; it is left out.' })
      else if (tools.has(tool.name)) warn({ tool: tool.name, message: 'The server lists this tool twice.' })
      else tools.set(tool.name, tool)
    }
    cursor = answer.nextCursor
    if (typeof cursor !== 'string' || cursor === '') return [...tools.values()]
    if (seen.has(cursor)) break
    seen.add(cursor)
  }
  warn({ message: `The server's list of tools has no end; what it said so far is taken.` })
  return [...tools.values()]
}

function readTool(entry: unknown): RemoteTool | undefined {
  if (!isRecord(entry) || typeof entry.name !== 'string' || entry.name === '') return undefined
  const { name, inputSchema, outputSchema } = entry
  const annotations = isRecord(entry.annotations) ? entry.annotations : {}
  const { taskSupport } = isRecord(entry.execution) ? entry.execution : {}
  const title = textOf(entry.title) ?? textOf(annotations.title)
  return {
    name,
    title,
    description: textOf(entry.description) ?? title ?? name,
    inputSchema,
    outputSchema,
    annotations: Object.fromEntries(hints.flatMap((hint) => hintOf(hint, annotations[hint]))),
    taskSupport: taskSupports.find((known) => known === taskSupport),
  }
}

function hintOf(hint: string, value: unknown): [string, boolean][] {
  return typeof value === 'boolean' ? [[hint, value]] : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
