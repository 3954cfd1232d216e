import { createRuntime } from '@headrace/core'
import type { BaseMessage } from '@langchain/core/messages'
import { createAgent, fakeModel, tool } from 'langchain'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { headraceMiddleware, wrapTools } from '../src/index.ts'

const runtime = createRuntime()
const schema = z.object({ city: z.string() })
const weather = tool(({ city }: z.infer<typeof schema>) => `sunny in ${city}`, { name: 'weather', schema })
const degrees = tool(() => 20, { name: 'degrees', schema })

describe('headraceMiddleware', () => {
  it('leaves the state of an agent as it is', async () => {
    const agent = createAgent({
      model: fakeModel(),
      tools: [weather],
      stateSchema: z.object({ user: z.string() }),
      middleware: [headraceMiddleware(runtime)],
    })
    const end = await agent.invoke({ messages: [], user: 'ada' })
    expectTypeOf(end.user).toEqualTypeOf<string>()
    expectTypeOf(end.messages).toExtend<BaseMessage[]>()
  })

  it('gives options the request of a call', () => {
    headraceMiddleware(runtime, {
      options: ({ state, toolCall }) => {
        expectTypeOf(state.messages).toEqualTypeOf<BaseMessage[]>()
        return { session: toolCall.name }
      },
    })
    // @ts-expect-error a session is a name
    headraceMiddleware(runtime, { options: () => ({ session: 7 }) })
  })
})

describe('wrapTools', () => {
  it('gives each tool its own type', () => {
    const [first, second] = wrapTools([weather, degrees], runtime)
    expectTypeOf(first).toEqualTypeOf(weather)
    expectTypeOf(second).toEqualTypeOf(degrees)
  })

  it('takes only tools of LangChain', () => {
    // @ts-expect-error a provider's own tool is no StructuredTool
    expectTypeOf(wrapTools).toBeCallableWith([{ type: 'web_search' }], runtime)
  })
})
