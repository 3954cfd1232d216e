import type { Content } from '@google/genai'
import { makeCallId } from '@headrace/bridge'
import { type CallResult, CancelReason, createRuntime, defineTool, ToolError } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { toLateContents } from './to-late-contents.ts'
import { toLateMessages } from './to-late-messages.ts'
import { toToolMessages } from './to-tool-messages.ts'

const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }

function ok(callId: string, output: unknown, tool = 'find'): CallResult & { status: 'ok' } {
  return { status: 'ok', callId, tool, output, meta }
}

function pending(callId: string): CallResult {
  const job = {
    id: 'job-1',
    tool: 'render',
    state: 'working',
    attempt: 1,
    createdAt: 0,
    updatedAt: 0,
    ttlMs: 1,
  } as const
  return { status: 'pending', callId, tool: 'render', job: { ...job, pollIntervalMs: 2000 }, meta }
}

const failed: CallResult = {
  status: 'error',
  callId: 'c2',
  tool: 'find',
  error: new ToolError({ code: 'TIMEOUT', message: 'took too long', tool: 'find', callId: 'c2', attempts: 3 }),
  meta,
}

const cancelled: CallResult = {
  status: 'cancelled',
  callId: 'c3',
  tool: 'find',
  reason: new CancelReason('cancelled'),
  meta,
}

function responses(contents: readonly Content[]): unknown[] {
  return (contents[0]?.parts ?? []).map(({ functionResponse }) => functionResponse)
}

describe('toToolMessages', () => {
  it('gives one user content with one response for each call, in order', () => {
    const contents = toToolMessages([ok('c1', { degrees: 21 }), failed, cancelled, pending('c4')])
    expect(contents).toHaveLength(1)
    expect(contents[0]?.role).toBe('user')
    expect(responses(contents)).toMatchObject([
      { id: 'c1', name: 'find', response: { output: { degrees: 21 } } },
      { id: 'c2', name: 'find', response: { error: { code: 'TIMEOUT', attempts: 3 } } },
      { id: 'c3', response: { error: { message: expect.stringContaining('cancelled'), next: expect.any(String) } } },
      { id: 'c4', name: 'render', response: { output: { job: { id: 'job-1', state: 'working' } } } },
    ])
  })

  it('gives no content for no calls', () => {
    expect(toToolMessages([])).toEqual([])
  })

  it('leaves out an id that the provider does not know', () => {
    expect(responses(toToolMessages([ok(makeCallId(), 1)]))).toEqual([{ name: 'find', response: { output: 1 } }])
  })

  it('cuts what is too long, and keeps texts as they are', () => {
    const results = [ok('a', { list: 'x'.repeat(100) }), ok('b', '{"a":1}')]
    const [long, text] = responses(toToolMessages(results, { maxCharacters: 20 }))
    const [none, big] = responses(toToolMessages([ok('c', undefined), ok('d', 1n)]))
    expect(long).toMatchObject({
      response: { output: expect.stringMatching(/^\{"list":"x+\n\[Cut: the first 20 of 111/) },
    })
    expect(text).toMatchObject({ response: { output: '{"a":1}' } })
    expect(none).toMatchObject({ response: { output: 'The call succeeded; it has no output.' } })
    expect(big).toMatchObject({ response: { output: 'The call succeeded; its output cannot be shown as text.' } })
  })

  it('says null where the output is null', () => {
    expect(responses(toToolMessages([ok('a', null)]))).toMatchObject([{ response: { output: null } }])
  })

  it('names tools as the model knows them', () => {
    const find = defineTool({
      name: 'geo/find',
      description: 'F',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => 1,
    })
    const runtime = createRuntime({ tools: [find] })
    expect(responses(toToolMessages([ok('a', 1, 'geo/find')], { runtime }))).toMatchObject([{ name: 'geo_find' }])
  })

  it('answers exactly the calls of a message', () => {
    const functionCalls = [
      { id: 'c9', name: 'find', args: {} },
      { name: 'now', args: {} },
      { id: 'c1', name: 'find', args: {} },
      { name: 'now', args: {} },
    ]
    const message = {
      role: 'model',
      parts: [{ text: 'Hm' }, ...functionCalls.map((functionCall) => ({ functionCall }))],
    }
    const results = [ok('c1', 1), ok(makeCallId(), 2, 'time/now'), ok('c0', 3)]
    expect(responses(toToolMessages(results, { message }))).toMatchObject([
      { id: 'c9', response: { error: { message: expect.stringContaining('never started') } } },
      { name: 'now', response: { output: 2 } },
      { id: 'c1', response: { output: 1 } },
      { name: 'now', response: { error: {} } },
    ])
  })

  it('refuses options that make no sense', () => {
    expect(() => toToolMessages([], { maxCharacters: '1' as never })).toThrow('maxCharacters must be an integer >= 1')
    expect(() => toToolMessages([ok('a', 1)], { maxCharacters: 0 })).toThrow('maxCharacters')
    const options = { max: 1 }
    expect(() => toToolMessages([], options as never)).toThrow("unknown option 'max'")
  })
})

describe('toLateMessages', () => {
  it('gives responses under the ids of the calls, with what the model is to do', () => {
    expect(toLateMessages([ok('c1', 'done')], { scheduling: 'INTERRUPT' })).toEqual([
      { id: 'c1', name: 'find', response: { output: 'done' }, scheduling: 'INTERRUPT' },
    ])
    expect(toLateMessages([pending('c1')], { scheduling: 'SILENT', willContinue: true })).toMatchObject([
      { id: 'c1', scheduling: 'SILENT', willContinue: true },
    ])
    expect(toLateMessages([ok('c1', 1)])).toEqual([{ id: 'c1', name: 'find', response: { output: 1 } }])
  })

  it('refuses a scheduling that there is none of', () => {
    expect(() => toLateMessages([], { scheduling: 'LATER' as never })).toThrow('scheduling must be')
  })
})

describe('toLateContents', () => {
  it('tells of each call in words', () => {
    expect(toLateContents([ok('c1', { url: 'x' }, 'render')])).toEqual([
      {
        role: 'user',
        parts: [{ text: `Your earlier call c1 of 'render', which went on as a job, has its result now:\n{"url":"x"}` }],
      },
    ])
    expect(toLateContents([])).toEqual([])
  })

  it('does not name an id that the model does not know, and says what failed', () => {
    const text = toLateContents([{ ...failed, callId: makeCallId() }])[0]?.parts?.[0]?.text
    expect(text).toMatch(/^Your earlier call of 'find', .* has ended without a result:\n\{"error":\{"code":"TIMEOUT"/)
  })
})
