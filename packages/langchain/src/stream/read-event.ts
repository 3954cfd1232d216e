import type { TurnEvent } from '@headrace/bridge'
import { finishOf, judgeFinish } from './finish-reason.ts'
import { isRecord, type JsonRecord, textOf } from './json-record.ts'
import type { MessageCalls } from './message-calls.ts'
import type { MessageEnd } from './message-end.ts'
import { pieceOf } from './read-chunk.ts'

const callTypes: ReadonlySet<unknown> = new Set(['tool_call_chunk', 'tool_call', 'invalid_tool_call'])

/** Reads an event of `streamEvents()`; the block of a call may come whole, in pieces, or as what there is of it so far. */
export function readEvent(event: JsonRecord, calls: MessageCalls): readonly TurnEvent[] {
  const { index } = event
  const content = isRecord(event.content) && callTypes.has(event.content.type) ? event.content : undefined
  if (event.event === 'content-block-start' && content?.type === 'tool_call_chunk') {
    return calls.addPiece({ ...pieceOf(content), index })
  }
  if (event.event === 'content-block-delta' && isRecord(event.delta)) {
    readDelta(event.delta, index, calls)
    return []
  }
  if (event.event !== 'content-block-finish' || content === undefined) return []
  return calls.close({ ...pieceOf(content), index }, content.args)
}

/** How the message ends, where this event says so. */
export function endOfEvent(event: JsonRecord): MessageEnd | undefined {
  if (event.event === 'error') return { reason: 'error', verdict: 'unsafe' }
  if (event.event !== 'message-finish') return undefined
  const provider = finishOf({ response_metadata: event.responseMetadata })
  if (provider !== undefined) return { reason: provider, verdict: judgeFinish(provider) }
  const reason = textOf(event.reason)
  // LangChain says 'stop' for every model that has no events of its own, also where the message was cut off.
  if (reason === undefined || reason === 'stop') return { reason, verdict: 'unknown' }
  return { reason, verdict: judgeFinish(reason) }
}

function readDelta({ type, args, fields }: JsonRecord, index: unknown, calls: MessageCalls): void {
  const nameless = { id: undefined, name: undefined, index }
  if (type === 'tool-call-delta') calls.addText({ ...nameless, args: textOf(args) ?? '' })
  else if (type === 'block-delta' && isRecord(fields) && fields.type === 'tool_call_chunk' && 'args' in fields) {
    calls.replaceText({ ...nameless, args: textOf(fields.args) ?? '' })
  }
}
