import { AIMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import type { CreateContender } from '../../contender.ts'
import { forecast, forecastTool } from '../../forecast.ts'
import { zodForecast } from '../../zod-forecast.ts'

const { name, description } = forecastTool

/** The node that runs the calls of the last message; a chat model has parsed their arguments already. */
export const create: CreateContender = () => {
  const node = new ToolNode([tool(forecast, { name, description, schema: zodForecast })])
  return {
    message: async (calls) => {
      const message = new AIMessage({
        content: '',
        tool_calls: calls.map((call, index) => ({
          type: 'tool_call' as const,
          id: `call_${index}`,
          name: call.tool,
          args: JSON.parse(String(call.arguments)),
        })),
      })
      const { messages } = await node.invoke({ messages: [message] })
      if (messages.length !== calls.length) throw new Error('A call has no result')
    },
  }
}
