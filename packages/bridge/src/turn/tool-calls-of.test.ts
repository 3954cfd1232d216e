import { type Observable, of, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { readTurn } from './read-turn.ts'
import { IncompleteCallsError, toolCallsOf } from './tool-calls-of.ts'
import type { IdentifiedCall, TurnEvent } from './turn-event.ts'
import type { TurnReader } from './turn-reader.ts'

const call = (callId: string): IdentifiedCall => ({ callId, tool: 'search', arguments: '{}' })

/** What an observable gives, in order, and how it ends. */
function record(source$: Observable<unknown>): unknown[] {
  const seen: unknown[] = []
  source$.subscribe({
    next: (value) => seen.push(value),
    error: (error) => seen.push(error),
    complete: () => seen.push('complete'),
  })
  return seen
}

describe('toolCallsOf', () => {
  it('gives the calls of a turn in their order and completes with it', () => {
    const turn$ = of<TurnEvent[]>(
      { type: 'call', call: call('a') },
      { type: 'call', call: call('b') },
      { type: 'finish', reason: 'stop', safe: true },
    )
    expect(record(toolCallsOf(turn$))).toEqual([call('a'), call('b'), 'complete'])
  })

  it('errors at the end of a stream that ended in the middle of a call, after the calls that are complete', () => {
    const turn$ = of<TurnEvent[]>(
      { type: 'incomplete-call', call: call('half') },
      { type: 'call', call: call('whole') },
    )
    const [first, error] = record(toolCallsOf(turn$))
    expect(first).toEqual(call('whole'))
    expect(error).toBeInstanceOf(IncompleteCallsError)
    expect(error).toMatchObject({ calls: [call('half')] })
    expect(String(error)).toContain("in the middle of 'search' (half)")
  })

  it('errors as the stream does', () => {
    const reason = new Error('connection lost')
    expect(record(toolCallsOf(throwError(() => reason)))).toEqual([reason])
  })
})

describe('readTurn', () => {
  /** Tells each event as a call, and at the end a call that was left open. */
  const createReader = (): TurnReader<string> => ({
    read: (event) => [{ type: 'call', call: call(event) }],
    end: () => [{ type: 'incomplete-call', call: call('open') }],
  })

  it('reads each subscription with a reader of its own, to its end', () => {
    const turn$ = readTurn(of('a'), createReader)
    const expected = [{ type: 'call', call: call('a') }, { type: 'incomplete-call', call: call('open') }, 'complete']
    expect(record(turn$)).toEqual(expected)
    expect(record(turn$)).toEqual(expected)
  })

  it('tells what was open before it fails with the stream', () => {
    const reason = new Error('connection lost')
    const failing$ = throwError(() => reason) as Observable<string>
    expect(record(readTurn(failing$, createReader))).toEqual([{ type: 'incomplete-call', call: call('open') }, reason])
  })
})
