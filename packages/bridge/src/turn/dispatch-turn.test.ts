import {
  createRuntime,
  defineTool,
  type Runtime,
  type RuntimeOptions,
  type Tool,
  type ToolAnnotations,
} from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { createTestClock, type TestClock } from '@headrace/testing'
import { Subject } from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type DispatchedTurn, type DispatchTurnOptions, dispatchTurn } from './dispatch-turn.ts'
import type { TurnEvent } from './turn-event.ts'

/** A runtime whose tools take 100 ms of its clock, and a stream that the test writes. */
function openTurn(options: DispatchTurnOptions = {}, runtimeOptions: RuntimeOptions<readonly Tool[]> = {}) {
  const clock = createTestClock()
  const started: string[] = []
  const aborted: string[] = []
  const tool = (name: string, annotations: ToolAnnotations): Tool =>
    defineTool({
      name,
      description: name,
      inputSchema: jsonSchema({ type: 'object' }),
      annotations,
      execute: (_, { callId, signal }) => {
        started.push(callId)
        signal.addEventListener('abort', () => aborted.push(callId))
        return waitFor(clock, 100).then(() => `${name} of ${callId}`)
      },
    })
  const runtime: Runtime = createRuntime({
    tools: [tool('read', { readOnlyHint: true }), tool('write', {})],
    clock,
    ...runtimeOptions,
  })
  onTestFinished(async () => {
    const closed = runtime.close()
    await clock.runAll()
    await closed
  })
  const stream$ = new Subject<TurnEvent>()
  const turn = dispatchTurn(runtime, stream$, options)
  const call = (callId: string, name: string): void =>
    stream$.next({ type: 'call', call: { callId, tool: name, arguments: '{}' } })
  const finish = (reason: string, safe = true): void => stream$.next({ type: 'finish', reason, safe })
  return { clock, runtime, stream$, turn, started, aborted, call, finish }
}

function waitFor(clock: TestClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(ms, resolve))
}

async function statuses(turn: DispatchedTurn): Promise<string[]> {
  return (await turn.results()).map(({ callId, status }) => `${callId} ${status}`)
}

describe('dispatchTurn', () => {
  it('starts a read-only call when its arguments are there, and others when the message has ended well', async () => {
    const { clock, stream$, turn, started, call, finish } = openTurn()
    call('a', 'write')
    call('b', 'read')
    await clock.advance(50)
    expect(started).toEqual(['b'])
    finish('tool_calls')
    stream$.complete()
    await clock.advance(1)
    expect(started).toEqual(['b', 'a'])
    await clock.advance(200)
    expect(await statuses(turn)).toEqual(['a ok', 'b ok'])
    expect(await turn.finish()).toEqual({ reason: 'tool_calls', safe: true })
  })

  it.each([
    ['all', ['w', 'r']],
    ['none', []],
    [({ callId }: { callId: string }) => callId === 'w', ['w']],
  ] as const)('starts early what %s says', async (early, expected) => {
    const { clock, started, call } = openTurn({ early: early as DispatchTurnOptions['early'] })
    call('w', 'write')
    call('r', 'read')
    await clock.advance(1)
    expect(started).toEqual(expected)
  })

  it('cancels what it has started, and never starts the rest, when a message ends badly', async () => {
    const { clock, runtime, stream$, turn, started, aborted, call, finish } = openTurn()
    const settled: string[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') settled.push(`${event.callId} ${event.result.status}`)
    })
    call('a', 'read')
    call('b', 'write')
    await clock.advance(10)
    finish('length', false)
    stream$.complete()
    await clock.advance(1)
    expect(aborted).toEqual(['a'])
    expect(started).toEqual(['a'])
    const results = await turn.results()
    expect(results.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
    expect(results[1]).toMatchObject({
      callId: 'b',
      reason: { message: "The model's message did not end well (length)." },
    })
    expect(settled.toSorted()).toEqual(['a cancelled', 'b cancelled'])
    expect(await turn.finish()).toEqual({ reason: 'length', safe: false })
  })

  it('never runs a call whose arguments are incomplete, nor its siblings, but gives each a result', async () => {
    const { clock, stream$, turn, started, call, finish } = openTurn()
    call('a', 'write')
    stream$.next({ type: 'incomplete-call', call: { callId: 'b', tool: 'read', arguments: '' } })
    finish('stop')
    stream$.complete()
    await clock.advance(1)
    expect(await statuses(turn)).toEqual(['a cancelled', 'b cancelled'])
    expect(started).toEqual([])
    expect(await turn.finish()).toMatchObject({ safe: false })
  })

  it('cancels everything when the stream ends without an end of the message, or fails', async () => {
    const cut = openTurn()
    cut.call('a', 'read')
    cut.stream$.complete()
    expect(await statuses(cut.turn)).toEqual(['a cancelled'])
    expect(await cut.turn.finish()).toEqual({ reason: undefined, safe: false })
    const failed = openTurn()
    failed.call('a', 'read')
    const error = new Error('connection lost')
    failed.stream$.error(error)
    expect(await statuses(failed.turn)).toEqual(['a cancelled'])
    expect(await failed.turn.finish()).toEqual({ reason: undefined, safe: false, error })
  })

  it('judges each message of a stream by its own end', async () => {
    const { clock, stream$, turn, call, finish } = openTurn()
    call('a', 'write')
    finish('stop')
    call('b', 'read')
    finish('max_tokens', false)
    stream$.complete()
    await clock.advance(200)
    expect(await statuses(turn)).toEqual(['a ok', 'b cancelled'])
    expect(await turn.finish()).toEqual({ reason: 'max_tokens', safe: false })
  })

  it('gives an unknown tool and bad arguments a result as dispatchAll does', async () => {
    const { clock, stream$, turn, finish, call } = openTurn()
    call('a', 'raed')
    stream$.next({ type: 'call', call: { callId: 'b', tool: 'read', arguments: '{"a": ' } })
    finish('stop')
    stream$.complete()
    await clock.advance(1)
    const codes = (await turn.results()).map((result) => result.status === 'error' && result.error.code)
    expect(codes).toEqual(['TOOL_NOT_FOUND', 'ARGUMENTS_INVALID'])
  })

  it('is over with cancel(), and with the signal of its calls', async () => {
    const { clock, stream$, turn, aborted, call } = openTurn()
    call('a', 'read')
    call('b', 'write')
    await clock.advance(1)
    const cancelled = turn.cancel(new Error('the user left'))
    expect(stream$.observed).toBe(false)
    await clock.runAll()
    await cancelled
    expect(aborted).toEqual(['a'])
    expect((await turn.results()).map((result) => result.status === 'cancelled' && String(result.reason))).toEqual([
      'Error: the user left',
      'Error: the user left',
    ])
    const caller = new AbortController()
    const other = openTurn({ signal: caller.signal })
    other.call('a', 'read')
    caller.abort('enough')
    expect(await statuses(other.turn)).toEqual(['a cancelled'])
    expect(await other.turn.finish()).toEqual({ reason: undefined, safe: false, error: 'enough' })
  })

  it('ends as failed where the function that chooses early calls throws', async () => {
    const error = new Error('no')
    const { stream$, turn, call } = openTurn({
      early: () => {
        throw error
      },
    })
    call('a', 'read')
    expect(await turn.finish()).toEqual({ reason: undefined, safe: false, error })
    expect(stream$.observed).toBe(false)
    expect(await statuses(turn)).toEqual(['a cancelled'])
  })

  it('refuses options that make no sense', () => {
    expect(() => openTurn({ early: 'eager' as 'all' })).toThrow(
      "early must be 'read-only', 'all', 'none' or a function",
    )
    expect(() => openTurn({ sesion: 'x' } as DispatchTurnOptions)).toThrow("unknown option 'sesion'")
  })
})
