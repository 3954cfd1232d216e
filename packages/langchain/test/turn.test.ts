import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { AIMessageChunk } from '@langchain/core/messages'
import { lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  dispatchTurn,
  finalResult,
  IncompleteCallsError,
  toLateMessages,
  toolCallsFrom,
  toToolMessages,
} from '../src/index.ts'
import { piecesOf, StreamingModel } from './support/streaming-model.ts'

const anything = jsonSchema<Record<string, unknown>>({ type: 'object' })
const end = (finish_reason: string) => new AIMessageChunk({ content: '', response_metadata: { finish_reason } })
const text = (content: string) => new AIMessageChunk(content)
const modelOf = (...chunks: AIMessageChunk[]) => new StreamingModel(chunks)

const look = piecesOf({ id: 'a', name: 'look_at', args: '{"x":1}', index: 0 })
const write = piecesOf({ id: 'b', name: 'write', args: '{}', index: 1 })

function runtimeOf(log: string[] = []) {
  return createRuntime({
    tools: [
      defineTool({
        name: 'look.at',
        description: 'Looks',
        inputSchema: anything,
        annotations: { readOnlyHint: true },
        execute: (input) => {
          log.push('look')
          return { seen: input }
        },
      }),
      defineTool({
        name: 'write',
        description: 'Writes',
        inputSchema: anything,
        execute: () => {
          log.push('write')
          return 'written'
        },
      }),
      defineTool({
        name: 'research',
        description: 'Takes long',
        inputSchema: anything,
        execution: { taskSupport: 'required' },
        execute: () => 'found',
      }),
    ],
  })
}

describe('toolCallsFrom', () => {
  it('gives the calls of a stream of chunks, and of a stream of events, with the names of the tools', async () => {
    const runtime = runtimeOf()
    const expected = [
      { callId: 'a', tool: 'look.at', arguments: '{"x":1}' },
      { callId: 'b', tool: 'write', arguments: '{}' },
    ]
    const model = modelOf(look, write, end('tool_calls'))
    const read = (stream: AsyncIterable<unknown>) => lastValueFrom(toolCallsFrom(stream, { runtime }).pipe(toArray()))
    expect(await read(await model.stream('go'))).toEqual(expected)
    expect(await read(model.streamEvents('go'))).toEqual(expected)
  })

  it('gives the names as they are without a runtime', async () => {
    const calls = toolCallsFrom(await modelOf(look, end('stop')).stream('go'))
    expect(await lastValueFrom(calls)).toMatchObject({ tool: 'look_at' })
  })

  it('errors where a call would be lost', async () => {
    const calls = toolCallsFrom(await modelOf(look, end('length')).stream('go'))
    await expect(lastValueFrom(calls.pipe(toArray()))).rejects.toBeInstanceOf(IncompleteCallsError)
  })
})

describe('dispatchTurn', () => {
  it('starts what only reads before the message ends, and the rest after it', async () => {
    const log: string[] = []
    const runtime = runtimeOf(log)
    const stream = await modelOf(look, write, text('and so'), end('tool_calls')).stream('go')
    const shown: string[] = []
    const turn = dispatchTurn(runtime, stream, {
      onEvent: (value) => {
        log.push(value.text || 'chunk')
        shown.push(value.text)
      },
    })
    const results = await turn.results()
    expect(log.slice(0, 4)).toEqual(['chunk', 'chunk', 'look', 'and so'])
    expect(log.at(-1)).toBe('write')
    expect(results).toMatchObject([
      { status: 'ok', callId: 'a', output: { seen: { x: 1 } } },
      { status: 'ok', callId: 'b', output: 'written' },
    ])
    expect(await turn.finish()).toEqual({ reason: 'tool_calls', safe: true })
    expect(shown.join('')).toBe('and so')
  })

  it('runs nothing of a message that was cut off, and has a result for each of its calls', async () => {
    const log: string[] = []
    const turn = dispatchTurn(runtimeOf(log), await modelOf(look, write, end('length')).stream('go'))
    expect(await turn.results()).toMatchObject([{ callId: 'a' }, { status: 'cancelled', callId: 'b' }])
    expect(log).not.toContain('write')
    expect(await turn.finish()).toEqual({ reason: 'length', safe: false })
  })

  it('runs nothing more where the stream fails', async () => {
    const log: string[] = []
    const failing = async function* () {
      yield piecesOf({ id: 'b', name: 'write', args: '{}', index: 0 })
      throw new Error('connection lost')
    }
    const turn = dispatchTurn(runtimeOf(log), failing())
    expect(await turn.results()).toMatchObject([{ status: 'cancelled', callId: 'b' }])
    expect(await turn.finish()).toMatchObject({ safe: false, error: { message: 'connection lost' } })
    expect(log).toEqual([])
  })
})

describe('toToolMessages', () => {
  it('gives one message for each result, in order, with the name that the model knows', async () => {
    const runtime = runtimeOf()
    const calls = [
      { callId: 'a', tool: 'look.at', arguments: { x: 1 } },
      { callId: 'b', tool: 'nobody', arguments: {} },
    ]
    const results = await runtime.dispatchAll(calls)
    const artifact = (result: (typeof results)[number]) => (result.status === 'ok' ? result.output : undefined)
    const messages = toToolMessages(results, { runtime, artifact })
    expect(messages[0]).toMatchObject({
      content: '{"seen":{"x":1}}',
      tool_call_id: 'a',
      name: 'look_at',
      status: 'success',
      artifact: { seen: { x: 1 } },
    })
    expect(messages[1]).toMatchObject({ tool_call_id: 'b', status: 'error', name: 'nobody' })
    expect(messages[1]?.content).toMatch(/TOOL_NOT_FOUND/)
    expect(messages[1]?.artifact).toBeUndefined()
  })

  it('cuts what is too long, with a note', async () => {
    const runtime = runtimeOf()
    const results = await runtime.dispatchAll([{ callId: 'b', tool: 'write', arguments: {} }])
    expect(toToolMessages(results, { maxCharacters: 3 })[0]?.content).toMatch(/^wri\n\[Cut: the first 3 of 7/)
  })

  it('answers calls that came without an id by their order', async () => {
    const model = modelOf(piecesOf({ name: 'write', args: '{}', index: 1 }), look, end('stop'))
    const results = await dispatchTurn(runtimeOf(), await model.stream('go')).results()
    const message = {
      tool_calls: [
        { name: 'write', args: {} },
        { id: 'a', name: 'look_at', args: {} },
      ],
    }
    expect(toToolMessages(results, { message })).toMatchObject([
      { content: 'written', status: 'success' },
      { tool_call_id: 'a', status: 'success' },
    ])
  })

  it('answers exactly the calls of a message, also those that nothing is known of', async () => {
    const runtime = runtimeOf()
    const results = await runtime.dispatchAll([
      { callId: 'x', tool: 'write', arguments: {} },
      { callId: 'b', tool: 'write', arguments: {} },
    ])
    const message = {
      tool_calls: [
        { id: 'a', name: 'look_at', args: {} },
        { id: 'b', name: 'write', args: {} },
      ],
    }
    const messages = toToolMessages(results, { message })
    expect(messages.map(({ tool_call_id, status }) => [tool_call_id, status])).toEqual([
      ['a', 'error'],
      ['b', 'success'],
    ])
    expect(messages[0]?.content).toMatch(/never started/)
  })

  it('gives a placeholder for a call that goes on as a job, and a late message for its end', async () => {
    const runtime = runtimeOf()
    const [result] = await runtime.dispatchAll([{ callId: 'c', tool: 'research', arguments: {} }])
    if (result?.status !== 'pending') throw new Error('it is no job')
    const [placeholder] = toToolMessages([result])
    expect(placeholder).toMatchObject({ tool_call_id: 'c', status: 'success' })
    expect(placeholder?.content).toMatch(/goes on as job/)
    const [late] = toLateMessages(await finalResult(runtime, result), { runtime })
    expect(late?.getType()).toBe('human')
    expect(late?.content).toBe("Your earlier call c of 'research', which went on as a job, has its result now:\nfound")
  })

  it('says what is wrong with options', () => {
    expect(() => toToolMessages([], { max: 1 } as never)).toThrow(/unknown option 'max'; known are message, runtime/)
    expect(() => toToolMessages([], { artifact: 1 } as never)).toThrow(/artifact must be a function, got 1/)
    expect(() => toToolMessages([], { message: 1 } as never)).toThrow(/message must be an object/)
  })
})
