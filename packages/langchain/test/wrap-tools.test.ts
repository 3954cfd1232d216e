import { createRuntime, isToolError, toolFailure } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import type { ToolMessage } from '@langchain/core/messages'
import { StructuredTool, tool } from '@langchain/core/tools'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { wrapTools } from '../src/index.ts'

const schema = z.object({ city: z.string().transform((city) => city.toUpperCase()) })
const fields = { name: 'weather', description: 'Says the weather', schema }
const oslo = { name: 'weather', args: { city: 'Oslo' }, id: 'a', type: 'tool_call' as const }
const read = { annotations: { readOnlyHint: true } }
const cached = { ...read, policy: { cache: { ttl: 60_000, scope: 'shared' as const } } }

describe('wrapTools', () => {
  it('keeps all that is on a tool', () => {
    const metadata = { team: 'sky' }
    const weather = tool(() => 'sunny', {
      ...fields,
      metadata,
      tags: ['outside'],
      returnDirect: true,
      responseFormat: 'content',
      extras: { cache_control: { type: 'ephemeral' } },
      verboseParsingErrors: true,
    })
    const [wrapped] = wrapTools([weather], createRuntime())
    expect(wrapped).toBeInstanceOf(StructuredTool)
    const { name, description, returnDirect, tags, extras, verboseParsingErrors } = wrapped
    expect({ name, description, returnDirect, tags, extras, verboseParsingErrors }).toEqual({
      name: 'weather',
      description: 'Says the weather',
      returnDirect: true,
      tags: ['outside'],
      extras: { cache_control: { type: 'ephemeral' } },
      verboseParsingErrors: true,
    })
    expect(wrapped.schema).toBe(schema)
    expect(wrapped.metadata).toBe(metadata)
  })

  it('runs a tool with what its schema has parsed, once, and formats what it gives as before', async () => {
    const runtime = createRuntime()
    const ids: string[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') ids.push(event.callId)
    })
    const pair = tool(({ city }: { city: string }) => [`sunny in ${city}`, { city }], {
      ...fields,
      responseFormat: 'content_and_artifact',
    })
    const [wrapped] = wrapTools([pair], runtime)
    const message: ToolMessage = await wrapped.invoke(oslo)
    expect(message).toMatchObject({ content: 'sunny in OSLO', artifact: { city: 'OSLO' }, tool_call_id: 'a' })
    expect(await wrapped.invoke({ city: 'Rome' })).toBe('sunny in ROME')
    expect(ids).toEqual(['a', expect.any(String)])
  })

  it('wraps a class with private members', async () => {
    class Weather extends StructuredTool<typeof schema> {
      readonly name = 'weather'
      readonly description = 'Says the weather'
      readonly #schema = schema
      readonly #sky = 'sunny'
      override get schema(): typeof schema {
        return this.#schema
      }
      protected override async _call({ city }: z.output<typeof schema>): Promise<string> {
        return `${this.#sky} in ${city}`
      }
    }
    const [wrapped] = wrapTools([new Weather()], createRuntime())
    expect(await wrapped.invoke({ city: 'Oslo' })).toBe('sunny in OSLO')
  })

  it('answers from the cache in the form of the call that asks', async () => {
    const work = vi.fn(() => ['sunny', { at: 1 }])
    const pair = tool(work, { ...fields, responseFormat: 'content_and_artifact' })
    const [wrapped] = wrapTools([pair], createRuntime(), { tools: { weather: cached } })
    await wrapped.invoke(oslo)
    expect(await wrapped.invoke({ ...oslo, id: 'b' })).toMatchObject({ artifact: { at: 1 }, tool_call_id: 'b' })
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('tells callbacks of one run, with the values that a tool streams, however often it is tried', async () => {
    const told: unknown[] = []
    let tries = 0
    const weather = tool(
      async function* () {
        tries += 1
        if (tries === 1) throw toolFailure({ message: 'busy', retryable: true })
        yield 'looking'
        yield 'still looking'
        return 'sunny'
      },
      { ...fields, callbacks: [{ handleToolStart: () => void told.push('start') }] },
    )
    const [wrapped] = wrapTools([weather], createRuntime(), {
      tools: { weather: { ...read, policy: { retry: { backoff: () => 0 } } } },
    })
    const handlers = {
      handleToolEvent: (value: unknown) => void told.push(value),
      handleToolEnd: () => void told.push('end'),
      handleToolError: () => void told.push('error'),
    }
    expect(await wrapped.invoke(oslo, { callbacks: [handlers] })).toMatchObject({ content: 'sunny' })
    expect(told).toEqual(['start', 'looking', 'still looking', 'end'])
  })

  it('gives what LangChain gives of a generator that returns nothing', async () => {
    const weather = tool(async function* () {
      yield 'looking'
    }, fields)
    const [wrapped] = wrapTools([weather], createRuntime())
    expect(await wrapped.invoke(oslo)).toMatchObject({ content: (await weather.invoke(oslo)).content })
  })

  it('throws an error with the text for the model, whose cause is the ToolError', async () => {
    const weather = tool(() => {
      throw new Error('upstream is down')
    }, fields)
    const [wrapped] = wrapTools([weather], createRuntime())
    const error: Error = await wrapped.invoke(oslo).catch((thrown) => thrown)
    expect(JSON.parse(error.message)).toMatchObject({ error: { code: 'EXECUTION_FAILED' } })
    expect(isToolError(error.cause) && error.cause.cause).toMatchObject({ message: 'upstream is down' })
  })

  it('leaves arguments that do not fit to LangChain', async () => {
    const work = vi.fn(() => 'sunny')
    const [wrapped] = wrapTools([tool(work, fields)], createRuntime())
    await expect(wrapped.invoke({ ...oslo, args: { city: 7 } } as never)).rejects.toThrow(
      /did not match expected schema/,
    )
    expect(work).not.toHaveBeenCalled()
  })

  it('gives session and the like from what LangChain hands to a tool', async () => {
    const runtime = createRuntime()
    const session: unknown[] = []
    const weather = tool(() => 'sunny', fields)
    const [wrapped] = wrapTools([weather], runtime, {
      tools: { weather: { policy: { approval: (call) => session.push(call.session) > 0 } } },
      options: ({ configurable }) => ({ session: configurable?.thread_id }),
    })
    await wrapped.invoke(oslo, { configurable: { thread_id: 'thread 7' } })
    expect(session).toEqual(['thread 7'])
  })

  it('ends a tool when the attempt takes too long, and throws what the graph was aborted with', async () => {
    const reasons: unknown[] = []
    const weather = tool(
      (_input: unknown, { signal }: { signal?: AbortSignal }) =>
        new Promise<string>(() => {
          signal?.addEventListener('abort', () => reasons.push(signal.reason))
        }),
      fields,
    )
    const clock = createTestClock()
    const runtime = createRuntime({ clock })
    const [short] = wrapTools([weather], runtime, { tools: { weather: { policy: { timeout: { attempt: 5000 } } } } })
    const [late] = await Promise.allSettled([short.invoke(oslo), clock.advance(5000)])
    expect(late).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('"code":"TIMEOUT"') } })
    const [long] = wrapTools([weather], runtime)
    const stop = new AbortController()
    const waiting = long.invoke(oslo, { signal: stop.signal })
    const left = new Error('the user has left')
    setImmediate(() => stop.abort(left))
    await expect(waiting).rejects.toBe(left)
    expect(reasons).toEqual([expect.objectContaining({ kind: 'timeout' }), left])
  })

  it('keeps no artifact that is no plain JSON, and gives it as it is', async () => {
    const work = vi.fn(() => ['sunny', new Map()])
    const pair = tool(work, { ...fields, responseFormat: 'content_and_artifact' })
    const [wrapped] = wrapTools([pair], createRuntime(), { tools: { weather: cached } })
    expect(await wrapped.invoke(oslo)).toMatchObject({ artifact: new Map() })
    await wrapped.invoke(oslo)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('takes a fallback for what the tool would have given', async () => {
    const pair = tool(
      () => {
        throw new Error('down')
      },
      { ...fields, responseFormat: 'content_and_artifact' },
    )
    const tools = { weather: { policy: { fallback: () => ['cloudy', { old: true }] } } }
    const [wrapped] = wrapTools([pair], createRuntime(), { tools })
    expect(await wrapped.invoke(oslo)).toMatchObject({ content: 'cloudy', artifact: { old: true } })
  })

  it('shares limits between wrapped tools of the same name and hints', async () => {
    const runtime = createRuntime()
    let running = 0
    let most = 0
    const weather = tool(async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return 'sunny'
    }, fields)
    const options = { tools: { weather: { policy: { concurrency: { max: 1 } } } } }
    const [one] = wrapTools([weather], runtime, options)
    const [other] = wrapTools([weather], runtime, options)
    await Promise.all([one.invoke(oslo), other.invoke(oslo)])
    expect(most).toBe(1)
  })

  it('says at once what is wrong with tools and options', () => {
    const runtime = createRuntime()
    const weather = tool(() => 'sunny', fields)
    expect(() => wrapTools([weather, weather], runtime)).toThrow(/two tools of the name 'weather'/)
    expect(() => wrapTools([{ type: 'web_search' }] as never, runtime)).toThrow(/must be StructuredTools/)
    expect(() => wrapTools([{ name: 'search' }] as never, runtime)).toThrow(/'search' is no StructuredTool/)
    expect(() => wrapTools([weather], runtime, { tools: { whether: {} } })).toThrow(/hints for 'whether'/)
  })
})
