import { type CallMeta, type CallResult, CancelReason, ToolError } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { replyText } from './reply-text.ts'

const meta: CallMeta = { queuedMs: 0, durationMs: 1, attempts: 1 }
const ok = (output: unknown): CallResult => ({ status: 'ok', callId: 'a', tool: 'search', output, meta })

describe('replyText', () => {
  it('gives a text as it is and other outputs as JSON', () => {
    expect(replyText(ok('plain'))).toEqual({ text: 'plain', isError: false })
    expect(replyText(ok({ found: [1, null] }))).toEqual({ text: '{"found":[1,null]}', isError: false })
  })

  it('says so where there is no output, or none that fits into a text', () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    expect(replyText(ok(undefined)).text).toBe('The call succeeded; it has no output.')
    expect(replyText(ok(circular)).text).toBe('The call succeeded; its output cannot be shown as text.')
    expect(replyText(ok(10n)).text).toBe('The call succeeded; its output cannot be shown as text.')
  })

  it('cuts a long output with a note, never in the middle of a character', () => {
    const { text } = replyText(ok('abc😀def'), { maxCharacters: 4 })
    expect(text).toBe('abc\n[Cut: the first 3 of 8 characters. Ask for less to see the rest.]')
    expect(replyText(ok('abcd'), { maxCharacters: 4 }).text).toBe('abcd')
  })

  it('refuses a limit that makes no sense', () => {
    for (const maxCharacters of [0, -1, Number.NaN, 1.5]) {
      expect(() => replyText(ok('a'), { maxCharacters })).toThrow('maxCharacters must be an integer >= 1')
    }
  })

  it('gives an error and a cancelled call as errors, with what to do next', () => {
    const error = new ToolError({ code: 'TIMEOUT', message: 'took too long', tool: 'search', callId: 'a', attempts: 2 })
    const failed = replyText({ status: 'error', callId: 'a', tool: 'search', error, meta })
    expect(failed.isError).toBe(true)
    expect(JSON.parse(failed.text)).toEqual({ error: error.toModel() })
    const reason = new CancelReason('cancelled', 'The message was cut.')
    const cancelled = replyText({ status: 'cancelled', callId: 'a', tool: 'search', reason, meta })
    expect(cancelled.isError).toBe(true)
    expect(cancelled.text).toContain('The message was cut.')
  })
})
