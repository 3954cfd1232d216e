import { type IdentifiedCall, makeCallId } from '@headrace/bridge'
import { recordOf, textOf } from './record-of.ts'

/** Ids of calls that Anthropic runs itself, whatever the type of their block. */
const serverIds = /^(?:srv|mcp)toolu_/

/**
 * The call in a content block, with the input that the block carries; undefined for a block that is none, or that the
 * provider runs itself. A member of one of the SDK's toolsets is named with its toolset: `browser.navigate`.
 */
export function callOfBlock(block: unknown): IdentifiedCall | undefined {
  const { type, id, name, input, toolset_name } = recordOf(block)
  if (type !== 'tool_use' || (typeof id === 'string' && serverIds.test(id))) return undefined
  const tool = textOf(name) ?? ''
  const toolset = textOf(toolset_name)
  return {
    callId: textOf(id) ?? makeCallId(),
    tool: toolset === undefined ? tool : `${toolset}.${tool}`,
    arguments: input ?? {},
  }
}
