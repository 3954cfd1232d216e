import { dynamicTool, generateText, streamText, ToolLoopAgent, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type WrapToolsOptions, wrapTools } from '../src/index.ts'
import { openRuntime } from './open-runtime.ts'
import { createSearch, openSearch, prompt, read, settled, stopWhen, stream } from './open-search.ts'
import { finish, livingModel, scriptedModel, shown, toolCall } from './scripted-model.ts'

const inputSchema = z.object({})

describe('early calls', () => {
  it('start when their input is complete, and the SDK gets what they have found when the message has ended', async () => {
    const { tools, log, begun, run } = openSearch()
    const living = livingModel()
    const { done } = stream(living, tools)
    living.say(toolCall('a', 'search'))
    await run('a').begun.promise
    run('a').end.resolve('found A')
    await settled()
    expect(log).toEqual(['a call-start', 'a attempt-start', 'a call-settle ok'])
    living.say(toolCall('b', 'search'))
    await run('b').begun.promise
    living.end(finish())
    run('b').end.resolve('found B')
    expect(await done).toContain('tool-result')
    expect(begun).toEqual(['a', 'b'])
    expect(shown(living.model)).toEqual({
      a: { type: 'text', value: 'found A' },
      b: { type: 'text', value: 'found B' },
    })
  })

  it('are those of tools with readOnlyHint, none, all, or those that a function picks', async () => {
    const begunWith = async (options: WrapToolsOptions) => {
      const { tools, begun, run } = openSearch(options)
      const living = livingModel()
      const { done } = stream(living, tools)
      living.say(toolCall('a', 'search', { q: 'x' }), toolCall('b', 'search', { q: 'y' }))
      await settled()
      const early = [...begun]
      for (const id of ['a', 'b']) run(id).end.resolve('found')
      living.end(finish())
      await done
      expect([...begun].sort()).toEqual(['a', 'b'])
      return early
    }
    expect(await begunWith({ tools: {} })).toEqual([])
    expect(await begunWith({})).toEqual(['a', 'b'])
    expect(await begunWith({ early: 'none' })).toEqual([])
    expect(await begunWith({ tools: {}, early: 'all' })).toEqual(['a', 'b'])
    const early: WrapToolsOptions['early'] = (call, { name }) => name === 'search' && call.callId === 'b'
    expect(await begunWith({ early })).toEqual(['b'])
  })

  it('are none where somebody may have to approve them', async () => {
    const approvals: Parameters<typeof stream>[2][] = [
      { toolApproval: () => 'user-approval' },
      { toolApproval: { search: 'user-approval' } },
      { toolApproval: { search: () => ({ type: 'denied', reason: 'no' }) } },
    ]
    for (const approval of approvals) {
      const { tools, begun } = openSearch({ early: 'all' })
      const living = livingModel()
      const { done } = stream(living, tools, approval)
      living.say(toolCall('a', 'search'))
      await settled()
      living.end(finish())
      expect(await done).toContain('tool-approval-request')
      expect(begun).toEqual([])
    }
  })

  it("follow the tool's own needsApproval, call by call", async () => {
    const { search, begun, run } = createSearch()
    const { runtime } = openRuntime()
    const asked = { ...search, needsApproval: async ({ q }: { q?: string | undefined }) => q === 'secret' }
    const tools = wrapTools({ search: asked, always: { ...search, needsApproval: true } }, runtime, { early: 'all' })
    const living = livingModel()
    const { done } = stream(living, tools)
    living.say(toolCall('a', 'search', { q: 'secret' }), toolCall('b', 'search', { q: 'x' }), toolCall('c', 'always'))
    await run('b').begun.promise
    run('b').end.resolve('found')
    living.end(finish())
    const parts = await done
    expect(parts.filter((type) => type === 'tool-approval-request')).toHaveLength(2)
    expect(begun).toEqual(['b'])
  })

  it('are none of a message that is not streamed, which is known to be whole', async () => {
    const { tools, begun, log } = openSearch()
    const model = scriptedModel({ calls: [toolCall('a', 'search')], reason: 'length' })
    await generateText({ model, tools, prompt, stopWhen })
    expect([begun, log]).toEqual([[], []])
  })

  it.each([{ isEnabled: false }, { integrations: [] }, { recordInputs: false }])(
    'are none where the SDK does not tell of the end of a message: telemetry %o',
    async (telemetry) => {
      const { tools, begun, run } = openSearch()
      const living = livingModel()
      const { done } = stream(living, tools, { telemetry })
      living.say(toolCall('a', 'search'))
      await settled()
      expect(begun).toEqual([])
      run('a').end.resolve('found')
      living.end(finish())
      await done
      expect(begun).toEqual(['a'])
    },
  )

  it('come after the own onInputAvailable of the tool, and do not hold the stream up', async () => {
    const { search, begun, run } = createSearch()
    const { runtime } = openRuntime()
    const order: string[] = []
    const told = {
      ...search,
      onInputAvailable: ({ toolCallId }: { toolCallId: string }) => void order.push(toolCallId, begun.join()),
    }
    const tools = wrapTools({ search: told }, runtime, { early: 'all' })
    const living = livingModel()
    const { parts, done } = stream(living, tools)
    living.say(toolCall('a', 'search'), { type: 'text-start', id: '1' })
    await run('a').begun.promise
    await settled()
    expect(order).toEqual(['a', ''])
    expect(parts.at(-1)).toBe('text-start')
    run('a').end.resolve('found')
    living.end({ type: 'text-end', id: '1' }, finish())
    await done
  })

  it('take the input that was repaired, and none that is invalid', async () => {
    const { tools, begun, run } = openSearch()
    const living = livingModel()
    const { fullStream } = streamText({
      model: living.model,
      tools,
      prompt,
      stopWhen,
      repairToolCall: async ({ toolCall: call }) =>
        call.toolCallId === 'a' ? { ...call, input: '{"q":"mended"}' } : null,
    })
    const { done } = read(fullStream)
    living.say(toolCall('a', 'search', '{"q":'), toolCall('b', 'search', { q: 7 }))
    await run('a').begun.promise
    run('a').end.resolve('found')
    living.end(finish())
    expect(await done).toContain('tool-error')
    expect(begun).toEqual(['a'])
    expect(shown(living.model)).toMatchObject({ a: { type: 'text', value: 'found' }, b: { type: 'error-text' } })
  })

  it('of runs at the same time do not meet, though their ids and inputs are the same', async () => {
    const { runtime } = openRuntime()
    const begun: string[] = []
    const search = tool({
      inputSchema: z.object({}).transform(() => 'same'),
      execute: async (_, { messages: [first] }) => {
        const whose = typeof first?.content === 'string' ? first.content : ''
        begun.push(whose)
        return `for ${whose}`
      },
    })
    const tools = wrapTools({ search }, runtime, { early: 'all' })
    const runs = ['ada', 'bob'].map((user) => {
      const living = livingModel()
      const { fullStream } = streamText({ model: living.model, tools, prompt: user, stopWhen })
      return { living, done: read(fullStream).done }
    })
    for (const { living } of runs) living.say(toolCall('call_0', 'search'))
    await settled()
    expect(begun.toSorted()).toEqual(['ada', 'bob'])
    for (const { living } of runs.toReversed()) living.end(finish())
    await Promise.all(runs.map(({ done }) => done))
    expect(begun).toHaveLength(2)
    expect(runs.map(({ living }) => shown(living.model))).toMatchObject([
      { call_0: { value: 'for ada' } },
      { call_0: { value: 'for bob' } },
    ])
  })

  it('are none of runs that share even their array of messages', async () => {
    const seen: string[] = []
    const { runtime } = openRuntime()
    const search = tool({
      inputSchema: z.object({}).transform(() => 'same'),
      execute: async (_, { context }) => {
        const { user } = z.object({ user: z.string() }).parse(context)
        seen.push(user)
        return `for ${user}`
      },
    })
    const tools = wrapTools({ search }, runtime, { early: 'all' })
    const messages = [{ role: 'user' as const, content: prompt }]
    const models = ['ada', 'bob'].map((user) => {
      const living = livingModel()
      const { fullStream } = streamText({
        model: living.model,
        tools,
        prompt,
        stopWhen,
        toolsContext: { search: { user } } as never,
        prepareStep: ({ stepNumber }) => (stepNumber === 0 ? { messages } : {}),
      })
      return { living, done: read(fullStream).done }
    })
    for (const { living } of models) living.say(toolCall('call_0', 'search'))
    await settled()
    expect(seen).toHaveLength(0)
    for (const { living } of models) living.end(finish())
    await Promise.all(models.map(({ done }) => done))
    expect(seen).toEqual(['ada', 'bob'])
    expect(models.map(({ living }) => shown(living.model))).toMatchObject([
      { call_0: { value: 'for ada' } },
      { call_0: { value: 'for bob' } },
    ])
  })

  it('of tools that stream give every output, also those from before the message ended', async () => {
    const { runtime } = openRuntime()
    const first = Promise.withResolvers<void>()
    async function* report(_input: object, _context: object) {
      yield 'half'
      first.resolve()
      yield 'whole'
    }
    for (const execute of [report, (input: object, context: object) => report(input, context)]) {
      const tools = wrapTools({ report: tool({ inputSchema, execute }) }, runtime, { early: 'all' })
      const living = livingModel()
      const { fullStream } = streamText({ model: living.model, tools, prompt, stopWhen })
      const outputs: unknown[] = []
      const done = (async () => {
        for await (const part of fullStream) if (part.type === 'tool-result') outputs.push(part.output)
      })()
      living.say(toolCall('a', 'report'))
      await first.promise
      living.end(finish())
      await done
      expect(outputs).toEqual(['half', 'whole', 'whole'])
    }
  })

  it('fail as others do', async () => {
    const { tools, run } = openSearch({ tools: {}, early: 'all' })
    const living = livingModel()
    const { done } = stream(living, tools)
    living.say(toolCall('a', 'search'))
    await run('a').begun.promise
    run('a').end.reject(new Error('broken'))
    await settled()
    living.end(finish())
    await done
    expect(shown(living.model)).toMatchObject({
      a: { type: 'error-text', value: expect.stringContaining('EXECUTION_FAILED') },
    })
  })

  it('fail in their place where the options of a call make no sense', async () => {
    const { tools } = openSearch({ options: () => ({ deadline: Number.NaN }) })
    const living = livingModel()
    const { done } = stream(living, tools)
    living.say(toolCall('a', 'search'))
    living.end(finish())
    expect(await done).toContain('tool-error')
    expect(shown(living.model)).toMatchObject({
      a: { type: 'error-text', value: expect.stringContaining('deadline') },
    })
  })

  it('are made by agents, and of dynamic tools, as well', async () => {
    const { search, begun, run } = createSearch()
    const { runtime } = openRuntime()
    const dynamic = dynamicTool({ inputSchema, execute: (_, context) => search.execute?.({}, context) })
    const living = livingModel()
    const agent = new ToolLoopAgent({ model: living.model, tools: wrapTools({ dynamic }, runtime, { early: 'all' }) })
    const { text } = await agent.stream({ prompt })
    const done = Promise.resolve(text)
    living.say(toolCall('a', 'dynamic'))
    await run('a').begun.promise
    run('a').end.resolve('found')
    living.end(finish())
    expect(await done).toBe('done')
    expect(begun).toEqual(['a'])
  })

  it('are none of a tool that the provider runs', () => {
    const { runtime } = openRuntime()
    const search = tool({ inputSchema, execute: () => 'found' })
    const atProvider = { type: 'provider', id: 'x.search', args: {}, isProviderExecuted: true } as const
    const provider = { inputSchema, execute: () => 'found', ...atProvider }
    const tools = wrapTools({ provider, search }, runtime, { early: 'all' })
    expect(Object.keys(tools.provider)).toEqual(Object.keys(provider))
    expect(Object.keys(tools.search)).toEqual([...Object.keys(search), 'onInputAvailable', 'needsApproval'])
  })
})
