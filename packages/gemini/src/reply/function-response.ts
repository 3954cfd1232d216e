import { isMadeCallId, type ReplyOptions } from '@headrace/bridge'
import type { CallResult, Runtime } from '@headrace/core'
import { geminiNames } from '../tools/gemini-names.ts'
import { responseOf } from './response-of.ts'

/** Options of everything that tells Gemini of results. */
export interface GeminiReplyOptions extends ReplyOptions {
  /** Whose tools were called: names are as the model knows them. Without it they are the tools' own. */
  readonly runtime?: Runtime | undefined
}

/** A `functionResponse` of the SDK, as plain data. */
export interface FunctionReply {
  readonly id?: string
  readonly name: string
  readonly response: Record<string, unknown>
}

/** A result as Gemini matches it with its call: by id, and by the order where the call came without one. */
export function functionResponse(result: CallResult, { runtime, ...reply }: GeminiReplyOptions): FunctionReply {
  return {
    ...(!isMadeCallId(result.callId) && { id: result.callId }),
    name: toolName(result, runtime),
    response: { ...responseOf(result, reply) },
  }
}

/** The name by which the model knows the tool of a result. */
export function toolName({ tool }: CallResult, runtime: Runtime | undefined): string {
  return runtime ? geminiNames(runtime).toProvider(tool) : tool
}
