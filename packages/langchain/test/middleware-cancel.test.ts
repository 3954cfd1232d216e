import { createRuntime } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { createAgent, tool } from 'langchain'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { headraceMiddleware } from '../src/index.ts'
import { callingModel, question, toolMessages } from './support/agent-run.ts'

const city = z.object({ city: z.string() })
const weatherOf = (work: (input: { city: string }) => unknown) =>
  tool(work, { name: 'weather', description: 'Says the weather', schema: city })
const oslo = { type: 'tool_call' as const, name: 'weather', args: { city: 'Oslo' } }
const read = { annotations: { readOnlyHint: true } }

describe('the end of a run', () => {
  it('reaches a tool through its signal when the attempt takes too long, and the agent goes on', async () => {
    const clock = createTestClock()
    const runtime = createRuntime({ clock })
    let reason: unknown
    const begun = Promise.withResolvers<void>()
    const weather = tool(
      (_input: unknown, { signal }: { signal?: AbortSignal }) => {
        begun.resolve()
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reason = signal.reason
            reject(signal.reason)
          })
        })
      },
      { name: 'weather', description: 'Says the weather', schema: city },
    )
    const tools = { weather: { policy: { timeout: { attempt: 5000 } } } }
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools })],
    })
    const answer = agent.invoke(question)
    await begun.promise
    await clock.advance(5000)
    const [message] = toolMessages(await answer)
    expect(JSON.parse(message?.text ?? '')).toMatchObject({ error: { code: 'TIMEOUT' } })
    expect(reason).toMatchObject({ name: 'TimeoutError', kind: 'timeout' })
  })

  it.each(['the run', 'the agent'])('is thrown when the signal of %s says so, and cancels the call', async (whose) => {
    const runtime = createRuntime()
    const stop = new AbortController()
    const reason = new Error('the user has left')
    const results: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') results.push(event.result.status)
    })
    const work = vi.fn(() => {
      stop.abort(reason)
      return new Promise(() => {})
    })
    const tools = { weather: { ...read, policy: { retry: { retryOn: () => true, backoff: () => 0 } } } }
    const { signal } = stop
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(work)],
      middleware: [headraceMiddleware(runtime, { tools })],
      ...(whose === 'the agent' && { signal }),
    })
    await expect(agent.invoke(question, whose === 'the run' ? { signal } : {})).rejects.toThrow('the user has left')
    expect(work).toHaveBeenCalledTimes(1)
    expect(results).toEqual(['cancelled'])
  })

  it('is a message for the model when only the call was cancelled', async () => {
    const runtime = createRuntime()
    const stop = new AbortController()
    const weather = weatherOf(() => {
      stop.abort()
      return new Promise(() => {})
    })
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { options: () => ({ signal: stop.signal }) })],
    })
    const [message] = toolMessages(await agent.invoke(question))
    expect(message?.status).toBe('error')
    expect(message?.content).toMatch(/was cancelled/)
  })

  it('is a message for the model when the runtime is closed', async () => {
    const runtime = createRuntime()
    await runtime.close()
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(() => 'sunny')],
      middleware: [headraceMiddleware(runtime)],
    })
    expect(toolMessages(await agent.invoke(question))[0]?.content).toMatch(/RUNTIME_CLOSED/)
  })
})
