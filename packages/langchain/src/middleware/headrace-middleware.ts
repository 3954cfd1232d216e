import { adoptTool, callOptions, checkWrapOptions, replyText, type WrapOptions } from '@headrace/bridge'
import type { CallContext, FinalResult, Runtime } from '@headrace/core'
import { ToolMessage } from '@langchain/core/messages'
import { type AgentMiddleware, createMiddleware, type ToolCallRequest } from 'langchain'
import { runWork } from '../run/run-work.ts'
import { withSignal } from '../run/with-signal.ts'
import { messageOfOutput, outputOfMessage } from './message-output.ts'
import { workFailure } from './work-failure.ts'

/** How an agent's tools run through a runtime; `options` is given the request of `wrapToolCall`. */
export type HeadraceMiddlewareOptions = WrapOptions<ToolCallRequest>

/** Adds no state, no context and no tools to an agent. */
export type HeadraceMiddleware = AgentMiddleware<undefined, undefined, unknown, readonly [], readonly []>

/** What an agent gets for a call: LangChain's Command, or a message. */
type Answer = Awaited<ReturnType<Handler>>
type Handler = Parameters<NonNullable<AgentMiddleware['wrapToolCall']>>[1]

/**
 * Runs each tool call of an agent through a runtime: `createAgent({ middleware: [headraceMiddleware(runtime)] })`. Give it
 * after middleware that changes requests. A call that fails, or that the runtime refuses or cancels, is a message with
 * `status: 'error'` that says what the model can do; an interrupt, a Command, and the end of the graph's run pass through
 * untouched. Without hints in `tools` nothing is repeated or cached. Throws a TypeError for options that nobody reads.
 */
export function headraceMiddleware(runtime: Runtime, options: HeadraceMiddlewareOptions = {}): HeadraceMiddleware {
  checkWrapOptions('headraceMiddleware', options)
  return createMiddleware({
    name: 'headrace',
    wrapToolCall: (request, handler) => {
      const { tool, toolCall } = request
      const hints = options.tools?.[toolCall.name]
      // Nobody has it, unless the handler does: LangChain tells the model, and the runtime learns no made-up names.
      if (tool === undefined && hints === undefined) return handler(request)
      return new ToolRun(runtime, options, request).run(handler)
    },
  })
}

class ToolRun {
  readonly #runtime: Runtime
  readonly #options: HeadraceMiddlewareOptions
  readonly #request: ToolCallRequest
  #given: (() => AbortSignal | undefined) | undefined = undefined
  #own: { readonly message: ToolMessage; readonly output: unknown } | undefined = undefined

  constructor(runtime: Runtime, options: HeadraceMiddlewareOptions, request: ToolCallRequest) {
    this.#runtime = runtime
    this.#options = options
    this.#request = request
  }

  async run(handler: Handler): Promise<Answer> {
    const { toolCall, tool, runtime } = this.#request
    const { name, id: callId, args } = toolCall
    const description = typeof tool?.description === 'string' ? tool.description : undefined
    const adopted = adoptTool(this.#runtime, { name, description, ...this.#options.tools?.[name] })
    const { signal } = runtime
    const end = await runWork(adopted, args, {
      work: (context) => this.#work(handler, context),
      callOptions: callOptions(this.#options, this.#request, { callId, signal }),
      endedBy: () => [signal, this.#given?.()].find((each) => each?.aborted),
    })
    return 'direct' in end ? (end.direct as Answer) : this.#answer(end.result)
  }

  async #work(handler: Handler, { signal }: CallContext): Promise<unknown> {
    const { tool } = this.#request
    const signalled = tool && withSignal(tool, signal)
    this.#given = signalled?.given
    const answer = await askHandler(handler, { ...this.#request, tool: signalled?.tool })
    if (!ToolMessage.isInstance(answer) || answer.status === 'error') return answer
    const output = outputOfMessage(answer)
    this.#own = { message: answer, output }
    return output
  }

  #answer(result: FinalResult): ToolMessage {
    const { toolCall } = this.#request
    const fields = { tool_call_id: toolCall.id ?? '', name: toolCall.name }
    if (result.status === 'ok') {
      const isOwn = this.#own !== undefined && Object.is(this.#own.output, result.output)
      return isOwn && this.#own ? this.#own.message : messageOfOutput(result, fields)
    }
    return new ToolMessage({ ...fields, content: replyText(result).text, status: 'error' })
  }
}

async function askHandler(handler: Handler, request: ToolCallRequest): Promise<Answer> {
  try {
    return await handler(request)
  } catch (error) {
    throw workFailure(error)
  }
}
