import { createRuntime, defineTool, isToolError, toolFailure } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { convertToOpenAITool } from '@langchain/core/utils/function_calling'
import { Command, interrupt, MemorySaver } from '@langchain/langgraph'
import { createAgent } from 'langchain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toLangChainTools } from '../src/index.ts'
import { callingModel, question, toolMessages } from './support/agent-run.ts'

const city = z.object({ city: z.string().transform((name) => name.toUpperCase()), days: z.number().default(1) })
const weather = defineTool({
  name: 'weather.now',
  description: 'Says the weather',
  inputSchema: city,
  execute: ({ city: name, days }, { callId, session }) => ({ name, days, callId, session }),
})
const call = (args: object, id = 'a') => ({ name: 'weather_now', args: { ...args }, id, type: 'tool_call' as const })

describe('toLangChainTools', () => {
  it('tells a model of each tool, by a name that every provider takes and the schema of what it writes', () => {
    const tools = toLangChainTools(createRuntime({ tools: [weather] }))
    expect(tools.map((tool) => convertToOpenAITool(tool))).toEqual([
      {
        type: 'function',
        function: {
          name: 'weather_now',
          description: 'Says the weather',
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' }, days: { type: 'number', default: 1 } },
            required: ['city'],
          },
        },
      },
    ])
  })

  it('runs the calls of an agent, and tells it what was wrong with arguments', async () => {
    const runtime = createRuntime({ tools: [weather] })
    const model = callingModel([call({ city: 'Oslo' }), call({ city: 7 }, 'b')])
    const tools = toLangChainTools(runtime, { options: ({ configurable }) => ({ session: configurable?.thread_id }) })
    const agent = createAgent({ model, tools })
    const messages = toolMessages(await agent.invoke(question, { configurable: { thread_id: 'thread 7' } }))
    expect(JSON.parse(messages[0]?.text ?? '')).toEqual({ name: 'OSLO', days: 1, callId: 'a', session: 'thread 7' })
    expect(messages[1]).toMatchObject({ status: 'error', tool_call_id: 'b', name: 'weather_now' })
    const { error } = JSON.parse(messages[1]?.text ?? '')
    expect(error).toMatchObject({ code: 'ARGUMENTS_INVALID', issues: [{ path: 'city' }] })
  })

  it('gives the output to code, and throws the text for a model with the ToolError as its cause', async () => {
    const [tool] = toLangChainTools(createRuntime({ tools: [weather] }))
    expect(await tool?.invoke({ city: 'Oslo' })).toMatchObject({ name: 'OSLO' })
    const error: Error = await tool?.invoke({}).catch((thrown: unknown) => thrown)
    expect(error.message).toMatch(/ARGUMENTS_INVALID/)
    expect(isToolError(error.cause)).toBe(true)
  })

  it('tells callbacks of one run, with what a tool streams', async () => {
    const told: unknown[] = []
    const counting = defineTool({
      name: 'count',
      description: 'Counts',
      inputSchema: jsonSchema({ type: 'object' }),
      async *execute() {
        yield 1
        yield 2
        return 'done'
      },
    })
    const [tool] = toLangChainTools(createRuntime({ tools: [counting] }), { artifact: () => 'kept' })
    const handlers = {
      handleToolStart: () => void told.push('start'),
      handleToolEvent: (value: unknown) => void told.push(value),
      handleToolEnd: () => void told.push('end'),
    }
    const message = await tool?.invoke({ ...call({}), name: 'count' }, { callbacks: [handlers] })
    expect(message).toMatchObject({ content: 'done', artifact: 'kept', status: 'success' })
    expect(told).toEqual(['start', 1, 2, 'end'])
  })

  it('cuts long outputs, with a note', async () => {
    const [tool] = toLangChainTools(createRuntime({ tools: [weather] }), { maxCharacters: 4 })
    const message = await tool?.invoke(call({ city: 'Oslo' }))
    expect(message?.content).toMatch(/^\{"na\n\[Cut/)
  })

  it('interrupts from inside a tool of the runtime', async () => {
    const asking = defineTool({
      name: 'pay',
      description: 'Pays',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => `paid: ${String(interrupt('may I?'))}`,
    })
    const tools = toLangChainTools(createRuntime({ tools: [asking] }))
    const model = callingModel([{ name: 'pay', args: {}, id: 'a' }])
    const agent = createAgent({ model, tools, checkpointer: new MemorySaver() })
    const thread = { configurable: { thread_id: '1' } }
    expect(await agent.invoke(question, thread)).toMatchObject({ __interrupt__: [{ value: 'may I?' }] })
    const end = await agent.invoke(new Command({ resume: 'yes' }), thread)
    expect(toolMessages(end)[0]?.content).toBe('paid: yes')
  })

  it('throws what the graph was aborted with, and cancels the call', async () => {
    const stop = new AbortController()
    const left = new Error('the user has left')
    const hanging = defineTool({
      name: 'hang',
      description: 'Hangs',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => {
        stop.abort(left)
        return new Promise(() => {})
      },
    })
    const [tool] = toLangChainTools(createRuntime({ tools: [hanging] }))
    await expect(tool?.invoke({ ...call({}), name: 'hang' }, { signal: stop.signal })).rejects.toBe(left)
  })

  it('says at the start which tool has no schema that a model can be told of', () => {
    const odd = defineTool({
      name: 'odd',
      description: 'Has a date',
      inputSchema: z.object({ at: z.date() }),
      execute: () => toolFailure({ message: 'never' }),
    })
    expect(() => toLangChainTools(createRuntime({ tools: [odd] }))).toThrow(/tool 'odd': inputSchema cannot be written/)
    expect(() => toLangChainTools(createRuntime(), { schema: 1 } as never)).toThrow(/unknown option 'schema'/)
  })
})
