import { replyText } from '@headrace/bridge'
import type { CallOk } from '@headrace/core'
import { ToolMessage, type ToolMessageFields } from '@langchain/core/messages'

/** What of a message is its call's output, where that is more than a text; a fallback may give the same. */
interface MessageOutput
  extends Pick<ToolMessageFields, 'artifact' | 'metadata' | 'additional_kwargs' | 'response_metadata'> {
  readonly content: ToolMessage['content']
}

/** What of a message is its call's output, so that another call can have it: the text, where there is no more than that. */
export function outputOfMessage(message: ToolMessage): string | MessageOutput {
  const { content, artifact, metadata, additional_kwargs, response_metadata } = message
  const more = {
    ...(artifact !== undefined && { artifact }),
    ...(metadata && hasMembers(metadata) && { metadata }),
    ...(hasMembers(additional_kwargs) && { additional_kwargs }),
    ...(hasMembers(response_metadata) && { response_metadata }),
  }
  return typeof content === 'string' && !hasMembers(more) ? content : { content, ...more }
}

/** The message for an output that its call did not make itself: from the cache, from another call, from a fallback. */
export function messageOfOutput(
  result: CallOk<unknown>,
  to: { readonly tool_call_id: string; readonly name: string },
): ToolMessage {
  const { output } = result
  if (!isMessageOutput(output)) return new ToolMessage({ ...to, status: 'success', content: replyText(result).text })
  const { content, artifact, metadata, additional_kwargs, response_metadata } = output
  const more = {
    ...(artifact !== undefined && { artifact }),
    ...(metadata && { metadata }),
    ...(additional_kwargs && { additional_kwargs }),
    ...(response_metadata && { response_metadata }),
  }
  const fields = { content, ...more }
  // What the cache gives is frozen, and a message is its owner's to change.
  return new ToolMessage({ ...to, ...(Object.isFrozen(output) ? structuredClone(fields) : fields), status: 'success' })
}

function hasMembers(value: object): boolean {
  return Object.keys(value).length > 0
}

function isMessageOutput(output: unknown): output is MessageOutput {
  if (typeof output !== 'object' || output === null || !('content' in output)) return false
  return typeof output.content === 'string' || Array.isArray(output.content)
}
