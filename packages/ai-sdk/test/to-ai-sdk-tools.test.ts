import { type CallPending, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { generateText, stepCountIs, streamText } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { finalResult, toAiSdkTools, toLateMessages } from '../src/index.ts'
import { openRuntime } from './open-runtime.ts'
import { finish, livingModel, scriptedModel, shown, toolCall } from './scripted-model.ts'

const prompt = 'Go'
const stopWhen = stepCountIs(5)

function searchTool(run: (q: string) => unknown) {
  return defineTool({
    name: 'search',
    title: 'Search',
    description: 'Searches',
    inputSchema: z.object({ q: z.string() }),
    annotations: { readOnlyHint: true },
    execute: ({ q }) => run(q),
  })
}

describe('toAiSdkTools', () => {
  it('tells the model of the tools, and runs its calls by their own ids', async () => {
    const { runtime, log } = openRuntime({ tools: [searchTool((q) => ({ found: q }))] })
    const model = scriptedModel({ calls: [toolCall('a', 'search', { q: 'x' })] })
    const { text } = await generateText({ model, tools: toAiSdkTools(runtime), prompt, stopWhen })
    expect(text).toBe('done')
    expect(model.doGenerateCalls[0]?.tools).toMatchObject([
      {
        type: 'function',
        name: 'search',
        description: 'Searches',
        inputSchema: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] },
      },
    ])
    expect(shown(model)).toEqual({ a: { type: 'json', value: { found: 'x' } } })
    expect(log).toEqual(['a call-start', 'a attempt-start', 'a call-settle ok'])
  })

  it('lets the runtime validate arguments, so that the model reads what to mend', async () => {
    const { runtime } = openRuntime({ tools: [searchTool(String)] })
    const model = scriptedModel({ calls: [toolCall('a', 'search', { q: 7 })] })
    await generateText({ model, tools: toAiSdkTools(runtime), prompt, stopWhen })
    const { a } = shown(model)
    expect(a).toMatchObject({ type: 'error-text', value: expect.stringContaining('ARGUMENTS_INVALID') })
    expect(a).toMatchObject({ value: expect.stringContaining('"q"') })
  })

  it('maps names that a provider would refuse, without mixing them up', async () => {
    const named = (name: string) =>
      defineTool({ name, description: name, inputSchema: jsonSchema({ type: 'object' }), execute: () => name })
    const { runtime } = openRuntime({ tools: [named('files/read'), named('files_read'), named('7z')] })
    const tools = toAiSdkTools(runtime)
    expect(Object.keys(tools).sort()).toEqual(['_7z', 'files_read', 'files_read_2'])
    const ids = Object.keys(tools)
    const model = scriptedModel({ calls: ids.map((name) => toolCall(name, name)) })
    await generateText({ model, tools, prompt, stopWhen })
    expect(shown(model)).toMatchObject({
      files_read: { value: 'files_read' },
      files_read_2: { value: 'files/read' },
      _7z: { value: '7z' },
    })
  })

  it('streams what an async generator yields, and its result last', async () => {
    const report = defineTool({
      name: 'report',
      description: 'Reports',
      inputSchema: jsonSchema({ type: 'object' }),
      async *execute() {
        yield 'half'
        return 'whole'
      },
    })
    const { runtime } = openRuntime({ tools: [report] })
    const model = scriptedModel({ calls: [toolCall('a', 'report')] })
    const { fullStream } = streamText({ model, tools: toAiSdkTools(runtime), prompt, stopWhen })
    const outputs: unknown[] = []
    for await (const part of fullStream) if (part.type === 'tool-result') outputs.push(part.output)
    expect(outputs).toEqual(['half', 'whole', 'whole'])
    expect(shown(model)).toEqual({ a: { type: 'text', value: 'whole' } })
  })

  it('starts calls of tools with readOnlyHint early', async () => {
    const begun = Promise.withResolvers<string>()
    const { runtime } = openRuntime({
      tools: [
        searchTool((q) => {
          begun.resolve(q)
          return q
        }),
      ],
    })
    const living = livingModel()
    const { text } = streamText({ model: living.model, tools: toAiSdkTools(runtime), prompt, stopWhen })
    const done = Promise.resolve(text)
    living.say(toolCall('a', 'search', { q: 'x' }))
    expect(await begun.promise).toBe('x')
    living.end(finish())
    expect(await done).toBe('done')
  })

  it('passes the options of a call on', async () => {
    const seen: unknown[] = []
    const whose = defineTool({
      name: 'whose',
      description: 'Tells whose call it is',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: (_, { session }) => void seen.push(session),
    })
    const { runtime } = openRuntime({ tools: [whose] })
    const tools = toAiSdkTools(runtime, { options: ({ toolCallId }) => ({ session: `of ${toolCallId}` }) })
    await generateText({ model: scriptedModel({ calls: [toolCall('a', 'whose')] }), tools, prompt, stopWhen })
    expect(seen).toEqual(['of a'])
  })

  it('shows a placeholder for a call that goes on as a job, and its result can be told later', async () => {
    const work = Promise.withResolvers<string>()
    const render = defineTool({
      name: 'render',
      description: 'Renders a film',
      inputSchema: jsonSchema({ type: 'object' }),
      execution: { taskSupport: 'required' },
      execute: () => work.promise,
    })
    const { runtime } = openRuntime({ tools: [render] })
    const pending: CallPending[] = []
    const tools = toAiSdkTools(runtime, { onPending: (result) => void pending.push(result) })
    const model = scriptedModel({ calls: [toolCall('a', 'render')] })
    await generateText({ model, tools, prompt, stopWhen })
    const [job] = pending
    expect(shown(model)).toMatchObject({
      a: { type: 'json', value: { status: 'pending', job: { id: job?.job.id, state: 'working' } } },
    })
    work.resolve('film.mp4')
    const result = job && (await finalResult(runtime, job))
    expect(result && toLateMessages(result)).toEqual([
      { role: 'user', content: "The call 'a' of the tool 'render' has ended with this output:\nfilm.mp4" },
    ])
  })

  it('gives the output of a job that ends while the call waits for it', async () => {
    const render = defineTool({
      name: 'render',
      description: 'Renders a film',
      inputSchema: jsonSchema({ type: 'object' }),
      execution: { taskSupport: 'required' },
      execute: () => 'film.mp4',
    })
    const { runtime } = openRuntime({ tools: [render] })
    const tools = toAiSdkTools(runtime, { options: () => ({ job: { waitMs: 2000 } }) })
    const model = scriptedModel({ calls: [toolCall('a', 'render')] })
    await generateText({ model, tools, prompt, stopWhen })
    expect(shown(model)).toEqual({ a: { type: 'text', value: 'film.mp4' } })
  })

  it('names what makes no sense', () => {
    const { runtime } = openRuntime()
    expect(() => toAiSdkTools(runtime, { tools: {} } as object)).toThrow(
      "toAiSdkTools: unknown option 'tools'; known are options, early, onPending",
    )
    expect(() => toAiSdkTools(runtime, { early: true } as object)).toThrow('toAiSdkTools: early must be')
    const opaque = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } } as const
    runtime.registry.register(defineTool({ name: 'opaque', description: 'x', inputSchema: opaque, execute: () => 1 }))
    expect(() => toAiSdkTools(runtime)).toThrow("tool 'opaque': inputSchema has no JSON Schema form")
  })
})

describe('toLateMessages', () => {
  it('cuts a long output, and says of a failure that it is one', () => {
    const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }
    const place = { callId: 'a', tool: 'render', meta }
    const [long] = toLateMessages({ ...place, status: 'ok', output: 'x'.repeat(100) }, { maxCharacters: 10 })
    expect(long?.content).toContain('[Cut: the first 10 of 100 characters.')
    const [cancelled] = toLateMessages({ ...place, status: 'cancelled', reason: undefined })
    expect(cancelled?.content).toMatch(/has ended without an output:\n\{"cancelled"/)
  })
})
