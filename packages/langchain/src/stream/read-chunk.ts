import type { TurnEvent } from '@headrace/bridge'
import { finishOf, judgeFinish } from './finish-reason.ts'
import { type JsonRecord, recordsOf, textOf } from './json-record.ts'
import type { CallPiece, MessageCalls } from './message-calls.ts'
import type { MessageEnd } from './message-end.ts'

/**
 * Reads a chunk of a message, or a whole one: its `tool_call_chunks`, else the blocks of its content where these are
 * LangChain's own (`output_version: 'v1'`), else its `tool_calls`. Calls that the provider runs itself are in none of them.
 */
export function readChunk(chunk: JsonRecord, calls: MessageCalls): readonly TurnEvent[] {
  const pieces = recordsOf(chunk.tool_call_chunks)
  if (pieces.length > 0) return pieces.flatMap((piece) => readPiece(piece, calls))
  const blocks = recordsOf(chunk.content).filter(isCallBlock)
  if (blocks.length > 0) return blocks.flatMap((block) => readBlock(block, calls))
  const whole = [...recordsOf(chunk.tool_calls), ...recordsOf(chunk.invalid_tool_calls)]
  return whole.flatMap((call) => readWhole(call, calls))
}

/** How the message ends, where this chunk says so. */
export function endOfChunk(chunk: JsonRecord): MessageEnd | undefined {
  const reason = finishOf(chunk)
  return reason === undefined ? undefined : { reason, verdict: judgeFinish(reason) }
}

/** What LangChain tells of a call, in any of its forms. */
export function pieceOf({ id, name, args, index }: JsonRecord): CallPiece {
  return { id: textOf(id), name: textOf(name), args: textOf(args) ?? '', index: index ?? undefined }
}

function readPiece(piece: JsonRecord, calls: MessageCalls): readonly TurnEvent[] {
  // free text for a custom tool of OpenAI's, which is no call of a function
  return piece.isCustomTool === true ? [] : calls.addPiece(pieceOf(piece))
}

function readBlock(block: JsonRecord, calls: MessageCalls): readonly TurnEvent[] {
  return block.type === 'tool_call_chunk' ? readPiece(block, calls) : readWhole(block, calls)
}

function readWhole({ id, name, args }: JsonRecord, calls: MessageCalls): readonly TurnEvent[] {
  const tool = textOf(name)
  return tool === undefined ? [] : calls.addWhole({ id: textOf(id), name: tool, args })
}

function isCallBlock({ type }: JsonRecord): boolean {
  return type === 'tool_call_chunk' || type === 'tool_call' || type === 'invalid_tool_call'
}
