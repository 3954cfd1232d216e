import { toolCallsFrom } from '@headrace/openai'
import OpenAI, { APIConnectionError, APIError } from 'openai'
import { lastValueFrom, toArray } from 'rxjs'
import type { Conversation, Model, ModelPart } from '../model.ts'
import { ModelError } from './model-error.ts'
import { toFunctions, toMessages } from './to-messages.ts'

export interface OpenAIModelOptions {
  readonly baseUrl: string
  readonly apiKey: string
  /** The name of the model at the endpoint. */
  readonly model: string
}

/** Any endpoint that speaks OpenAI's chat completions, streaming. */
export function openaiModel({ baseUrl, apiKey, model }: OpenAIModelOptions): Model {
  const client = new OpenAI({ baseURL: baseUrl, apiKey })
  return {
    name: `${model} at ${new URL(baseUrl).host}`,
    async *turn(conversation, { signal }) {
      try {
        yield* stream({ client, model, conversation, signal })
      } catch (error) {
        throw signal.aborted ? signal.reason : explain(error, baseUrl)
      }
    },
  }
}

interface StreamOptions {
  readonly client: OpenAI
  readonly model: string
  readonly conversation: Conversation
  readonly signal: AbortSignal
}

async function* stream({ client, model, conversation, signal }: StreamOptions): AsyncGenerator<ModelPart> {
  const chunks = await client.chat.completions.create(
    { model, stream: true, messages: toMessages(conversation), tools: toFunctions(conversation) },
    { signal },
  )
  const [words, rest] = chunks.tee()
  const calls = lastValueFrom(toolCallsFrom(rest, { format: 'chat' }).pipe(toArray()))
  calls.catch(() => undefined) // looked at below
  let finish: string | null = null
  for await (const { choices } of words) {
    const choice = choices[0]
    if (choice?.delta.content) yield { type: 'text', text: choice.delta.content }
    finish = choice?.finish_reason ?? finish
  }
  if (finish === null) throw new ModelError("the model's stream broke off before its end. Ask again.")
  if (finish === 'length' || finish === 'content_filter') {
    throw new ModelError(`the model's message was cut off (finish_reason: ${finish}). Ask for less.`)
  }
  for (const call of await calls) yield { type: 'call', call }
}

function explain(error: unknown, baseUrl: string): unknown {
  if (error instanceof APIConnectionError) {
    return new ModelError(`${baseUrl} cannot be reached. Check OPENAI_BASE_URL, or unset it to use the planner.`, {
      cause: error,
    })
  }
  if (!(error instanceof APIError)) return error
  const advice =
    error.status === 401 || error.status === 403
      ? 'Check OPENAI_API_KEY.'
      : error.status === 404
        ? 'Check OPENAI_BASE_URL (most end in /v1) and OPENAI_MODEL.'
        : 'Try again later, or unset OPENAI_BASE_URL to use the planner.'
  return new ModelError(`the model's endpoint answered ${error.status}: ${error.message}. ${advice}`, { cause: error })
}
