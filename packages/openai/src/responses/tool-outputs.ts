import { checkOptions, isMadeCallId, type ReplyOptions, replyText } from '@headrace/bridge'
import type { CallResult, FinalResult } from '@headrace/core'
import type OpenAI from 'openai'
import { recordsOf, textOf } from '../turn/json-record.ts'
import { lateText } from '../turn/late-text.ts'
import { resultsFor } from '../turn/results-for.ts'

/** Options of {@link toToolOutputs}. */
export interface ToolOutputsOptions extends LateOutputsOptions {
  /**
   * The output of the response that is answered: exactly its calls of functions are, in its order, also those that have no
   * result because the turn was cancelled while they came.
   */
  readonly output?: readonly unknown[] | undefined
}

/** Options of {@link toLateOutputs}. */
export interface LateOutputsOptions extends ReplyOptions {
  /**
   * Whether the tools that run as jobs were declared `async: true`, as `toOpenAiTools` does with the same option: the
   * model does not wait for them, and their calls stay open until their outputs are there.
   */
  readonly async?: boolean | undefined
}

/** An output item of {@link toToolOutputs}: it names its call, and its output is text. */
export interface ToolOutput extends OpenAI.Responses.ResponseInputItem.FunctionCallOutput {
  call_id: string
  output: string
}

/** A message of {@link toLateOutputs}: its content is text. */
export interface LateInputMessage extends OpenAI.Responses.EasyInputMessage {
  content: string
}

/**
 * The input items that answer the calls of a turn, one for each result, in order. An error or a cancelled call is a text
 * that says so, and what to do next. A pending one is a placeholder, or with `async: true` not answered yet. A call that
 * came without an id cannot be answered, and is left out.
 */
export function toToolOutputs(results: readonly CallResult[], options: ToolOutputsOptions = {}): ToolOutput[] {
  checkOptions('toToolOutputs', options, { maxCharacters: 'count', async: 'boolean', output: 'object' })
  const { async: isAsync = false, output, ...reply } = options
  const answered = output === undefined ? results : resultsFor(callsOf(output), results)
  const due = answered.filter(({ callId, status }) => !isMadeCallId(callId) && !(isAsync && status === 'pending'))
  return due.map((result) => outputOf(result, reply))
}

/**
 * The input items that tell the model how a pending call has ended: with `async: true` the output of the call itself,
 * under the call's own id, else a user's message, since its placeholder has answered it.
 */
export function toLateOutputs(
  result: FinalResult,
  options: LateOutputsOptions = {},
): (ToolOutput | LateInputMessage)[] {
  checkOptions('toLateOutputs', options, { maxCharacters: 'count', async: 'boolean' })
  const { async: isAsync = false, ...reply } = options
  if (isAsync && !isMadeCallId(result.callId)) return [outputOf(result, reply)]
  return [{ type: 'message', role: 'user', content: lateText(result, reply) }]
}

function callsOf(output: readonly unknown[]): { readonly callId: string; readonly tool: string }[] {
  const calls = recordsOf(output).filter(({ type }) => type === 'function_call')
  return calls.map((call) => ({ callId: textOf(call.call_id), tool: textOf(call.name) }))
}

function outputOf(result: CallResult, options: ReplyOptions): ToolOutput {
  return { type: 'function_call_output', call_id: result.callId, output: replyText(result, options).text }
}
