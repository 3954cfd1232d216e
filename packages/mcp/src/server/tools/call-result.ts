import { replyText } from '@headrace/bridge'
import { type CallResult, toModel } from '@headrace/core'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { isMcpContent } from '../../content/mcp-content.ts'
import type { ServerSdk } from '../load-sdk.ts'

/** How results are written. */
export interface CallResultOptions {
  readonly sdk: Pick<ServerSdk, 'isCallToolResult'>
  readonly maxCharacters?: number | undefined
  /** The tool has told an output schema: whatever is structured has to fit it. */
  readonly hasOutputSchema: boolean
}

const resultKeys = ['content', 'structuredContent', 'isError', '_meta']

/**
 * The result of a call as `tools/call` answers it. A tool that has told an output schema gives its output as structured
 * content beside the text; any other one may give MCP content, which is passed on as it is. An error is told in full
 * as structured content where no schema forbids that.
 */
export function toCallToolResult(result: CallResult, options: CallResultOptions): CallToolResult {
  const { sdk, maxCharacters, hasOutputSchema } = options
  if (result.status === 'ok' && !hasOutputSchema && isOwnContent(result.output, sdk)) return result.output
  const { text, isError } = replyText(result, { maxCharacters })
  const content: CallToolResult['content'] = [{ type: 'text', text }]
  if (!isError) {
    const structured = result.status === 'ok' && hasOutputSchema ? toJson(result.output) : undefined
    return { content, ...(structured !== undefined && { structuredContent: structured }) }
  }
  const reply = toModel(result)
  const error = reply.status === 'error' && !hasOutputSchema ? toJson({ error: reply.error }) : undefined
  return { content, isError: true, ...(error !== undefined && { structuredContent: error }) }
}

/** An output that has something beside the content is the tool's own, whatever it calls its members. */
function isOwnContent(output: unknown, sdk: CallResultOptions['sdk']): output is CallToolResult {
  if (!isMcpContent(output) || output.content.length === 0) return false
  return Object.keys(output).every((key) => resultKeys.includes(key)) && sdk.isCallToolResult(output)
}

/** What JSON leaves of a value; undefined where it leaves nothing. */
function toJson(value: unknown): CallToolResult['structuredContent'] {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return undefined
  }
}
