import type { BaseMessage, ToolMessage } from '@langchain/core/messages'
import { fakeModel } from 'langchain'

/** A call that a fake model makes. */
export interface FakeCall {
  readonly name: string
  readonly args: Record<string, unknown>
  readonly id: string
}

/** A model that makes these calls, a message of them after the other, and then answers. */
export function callingModel(...turns: readonly (readonly FakeCall[])[]): ReturnType<typeof fakeModel> {
  const model = fakeModel()
  for (const turn of turns) model.respondWithTools(turn.map((call) => ({ ...call })))
  return model.respondWithTools([])
}

/** The messages of tools, in their order. */
export function toolMessages({ messages }: { readonly messages: readonly BaseMessage[] }): ToolMessage[] {
  return messages.filter((message): message is ToolMessage => message.getType() === 'tool')
}

/** What an agent is asked with. */
export const question: { messages: { role: 'user'; content: string }[] } = {
  messages: [{ role: 'user', content: 'go' }],
}
