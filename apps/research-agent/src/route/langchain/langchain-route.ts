import { toLangChainTools } from '@headrace/langchain'
import { createAgent } from 'langchain'
import { takeModelSeat } from '../model-seat.ts'
import type { Route } from '../route.ts'
import { DialogueChatModel } from './dialogue-chat-model.ts'

/** More steps than a dialogue has. */
const recursionLimit = 100

/** An agent of LangChain runs the loop, and the runtime's tools are its tools. */
export const langchainRoute: Route = {
  name: 'LangChain',
  async run(options) {
    const { runtime, call } = options
    const seat = takeModelSeat(options)
    try {
      const agent = createAgent({
        model: new DialogueChatModel(seat),
        tools: toLangChainTools(runtime, { options: () => call }),
      })
      await agent.invoke({ messages: 'see the dialogue' }, { signal: call.signal, recursionLimit })
    } finally {
      seat.leave()
    }
  },
}
