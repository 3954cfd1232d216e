import { toToolMessages } from '@headrace/openai'
import type { ChatCompletionFunctionTool, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import type { Conversation, Exchange } from '../model.ts'

/** What one result may take of the model's context. */
const maxCharacters = 12_000

const instructions = [
  'You answer questions about the packages that are installed in a JavaScript project.',
  'Use the tools for every fact; ask for everything that you need at once, since calls of one turn run in parallel.',
  'An error tells what to do next: follow it, and answer without what cannot be had, naming the gap.',
  'Answer in at most 15 lines of plain text, with package names as name@version.',
].join(' ')

/** The conversation so far, as chat messages. */
export function toMessages({ question, exchanges }: Conversation): ChatCompletionMessageParam[] {
  return [
    { role: 'system', content: instructions },
    { role: 'user', content: question },
    ...exchanges.flatMap(messagesOf),
  ]
}

/** The tools, as functions: their names hold nothing that a provider does not take. */
export function toFunctions({ tools }: Conversation): ChatCompletionFunctionTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: { ...inputSchema } },
  }))
}

function messagesOf({ text, calls, results }: Exchange): ChatCompletionMessageParam[] {
  const asked: ChatCompletionMessageParam = {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls.map(({ callId, tool, arguments: args }) => ({
      id: callId,
      type: 'function',
      function: { name: tool, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    })),
  }
  // the model knows a call by its own id
  const replies = toToolMessages(results, { maxCharacters }).map((reply, index): ChatCompletionMessageParam => {
    return { ...reply, tool_call_id: calls[index]?.callId ?? reply.tool_call_id }
  })
  return [asked, ...replies]
}
