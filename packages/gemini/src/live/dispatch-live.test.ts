import type { FunctionResponse, LiveServerMessage } from '@google/genai'
import { createRuntime, defineTool, type Runtime, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dispatchLive, type LiveCalls, type LiveOptions } from './dispatch-live.ts'

/** A session whose tools end when the test lets them. */
function openSession(options: LiveOptions = {}) {
  const ends = new Map<string, (output: unknown) => void>()
  const aborted: string[] = []
  const slow = (name: string, isJob: boolean): Tool =>
    defineTool({
      name,
      description: name,
      inputSchema: jsonSchema({ type: 'object' }),
      ...(isJob && { execution: { taskSupport: 'required' } }),
      execute: (_, { callId, signal }) => {
        signal.addEventListener('abort', () => aborted.push(callId))
        return new Promise((resolve) => ends.set(callId, resolve))
      },
    })
  const runtime: Runtime = createRuntime({ tools: [slow('geo/find', false), slow('render', true)] })
  const sent: FunctionResponse[] = []
  const send = (responses: FunctionResponse[]): void => void sent.push(...responses)
  const live = dispatchLive(runtime, send, options)
  onTestFinished(async () => {
    await live.close()
    for (const end of ends.values()) end('late')
    await runtime.close({ drain: 0 })
  })
  return { runtime, live, sent, ends, aborted }
}

function ask(live: LiveCalls, ...functionCalls: object[]): void {
  live.take({ toolCall: { functionCalls } } as LiveServerMessage)
}

/** Lets go on whatever waits for nothing but promises. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('dispatchLive', () => {
  it('runs each call of a message and answers it as soon as it has ended', async () => {
    const { live, sent, ends } = openSession()
    ask(live, { id: '1', name: 'geo_find', args: {} }, { id: '2', name: 'geo_find', args: {} })
    await settled()
    ends.get('2')?.({ at: 7 })
    await settled()
    expect(sent).toEqual([{ id: '2', name: 'geo_find', response: { output: { at: 7 } } }])
    ends.get('1')?.('here')
    await settled()
    expect(sent[1]).toEqual({ id: '1', name: 'geo_find', response: { output: 'here' } })
  })

  it('answers a call of a tool that there is none of', async () => {
    const { live, sent } = openSession()
    ask(live, { id: '1', name: 'gone' })
    await settled()
    expect(sent).toMatchObject([{ id: '1', name: 'gone', response: { error: { code: 'TOOL_NOT_FOUND' } } }])
  })

  it('cancels what the model takes back, and does not answer it', async () => {
    const { live, sent, ends, aborted } = openSession()
    ask(live, { id: '1', name: 'geo_find' }, { id: '2', name: 'geo_find' })
    await settled()
    live.take({ toolCallCancellation: { ids: ['1', 'unknown'] } } as LiveServerMessage)
    expect(aborted).toEqual(['1'])
    ends.get('1')?.('late')
    ends.get('2')?.('done')
    await settled()
    expect(sent.map(({ id }) => id)).toEqual(['2'])
  })

  it('answers a call that runs as a job at its end', async () => {
    const { live, sent, ends, runtime } = openSession({ scheduling: 'WHEN_IDLE' })
    const isRunning = new Promise<void>((resolve) => {
      runtime.events$.subscribe(({ type }) => type === 'attempt-start' && resolve())
    })
    ask(live, { id: '1', name: 'render' })
    await isRunning
    await settled()
    expect(sent).toEqual([])
    for (const end of ends.values()) end('film')
    await new Promise((resolve) => {
      const look = (): unknown => (sent.length > 0 ? resolve(undefined) : setImmediate(look))
      look()
    })
    expect(sent).toEqual([{ id: '1', name: 'render', response: { output: 'film' }, scheduling: 'WHEN_IDLE' }])
  })

  it('cancels the job of a call that the model takes back', async () => {
    const { live, sent, runtime } = openSession()
    const hasEnded = new Promise<string>((resolve) => {
      runtime.events$.subscribe((event) => {
        if (event.type === 'call-settle' && event.result.status !== 'pending') resolve(event.result.status)
      })
    })
    const isRunning = new Promise<void>((resolve) => {
      runtime.events$.subscribe(({ type }) => type === 'attempt-start' && resolve())
    })
    ask(live, { id: '1', name: 'render' })
    await isRunning
    await settled()
    live.take({ toolCallCancellation: { ids: ['1'] } } as LiveServerMessage)
    expect(await hasEnded).toBe('cancelled')
    expect(sent).toEqual([])
  })

  it('cancels what runs when it is closed, and sends nothing more', async () => {
    const { live, sent, ends, aborted } = openSession()
    ask(live, { id: '1', name: 'geo_find' })
    await settled()
    const closed = live.close('bye')
    expect(aborted).toEqual(['1'])
    await closed
    ends.get('1')?.('late')
    ask(live, { id: '2', name: 'geo_find' })
    await settled()
    expect(sent).toEqual([])
    expect(ends.has('2')).toBe(false)
  })

  it('answers other calls after a response that cannot be sent, and tells of it when it is closed', async () => {
    const { runtime } = openSession()
    const tried: string[] = []
    const live = dispatchLive(runtime, ([response]) => {
      tried.push(response?.id ?? '')
      throw new Error(`socket ${tried.length}`)
    })
    ask(live, { id: '1', name: 'gone' }, { id: '2', name: 'gone' })
    await settled()
    expect(tried).toEqual(['1', '2'])
    await expect(live.close()).rejects.toThrow('socket 1')
  })

  it('passes over other messages', async () => {
    const { live, sent } = openSession()
    const messages: unknown[] = [
      { serverContent: { modelTurn: { parts: [{ text: 'Hi' }] } } },
      { setupComplete: {} },
      null,
      'x',
    ]
    for (const message of messages) live.take(message as LiveServerMessage)
    await settled()
    expect(sent).toEqual([])
  })

  it('refuses options that make no sense', () => {
    expect(() => openSession({ scheduling: 'LATER' as never })).toThrow('scheduling must be')
    expect(() => openSession({ deadline: 'soon' as never })).toThrow('deadline')
  })
})
