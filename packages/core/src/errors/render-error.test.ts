import { describe, expect, it } from 'vitest'
import { executionError } from './execution-error.ts'
import { type ModelError, renderError } from './render-error.ts'
import { ToolError, type ToolErrorInit } from './tool-error.ts'
import type { ToolErrorCode } from './tool-error-code.ts'
import { toolFailure } from './tool-failure.ts'

function render(init: Partial<ToolErrorInit> & { code: ToolErrorCode }): ModelError {
  return renderError(new ToolError({ message: 'm', tool: 'pay', callId: 'c', attempts: 1, ...init }))
}

function thrown(value: unknown): ModelError {
  return renderError(executionError(value, { tool: 'pay', callId: 'c', attempts: 3, now: 0 }))
}

describe('renderError', () => {
  it('lists the nearest tools for a name that nobody has', () => {
    const shown = render({
      code: 'TOOL_NOT_FOUND',
      tool: 'serch',
      details: { nearest: ['search', 'send'] },
      attempts: 0,
    })
    expect(shown).toEqual({
      code: 'TOOL_NOT_FOUND',
      message: "There is no tool named 'serch'.",
      next: 'Choose another tool of this list: search, send.',
      attempts: 0,
      nearest: ['search', 'send'],
    })
  })

  it('says what to fix in arguments', () => {
    const issues = [
      { path: 'amount', message: 'must be a number', expected: 'number', received: '"ten"' },
      { path: '', message: 'too many' },
    ]
    const shown = render({ code: 'ARGUMENTS_INVALID', message: 'two issues', details: { issues } })
    expect(shown.issues).toEqual(issues)
    expect(shown.next).toBe(
      'Fix these arguments and call \'pay\' again: amount: expected number, received "ten"; the arguments: too many.',
    )
  })

  it('does not show what was received for an argument with a secret name', () => {
    const issues = [{ path: 'user.password', message: 'too short', expected: 'text', received: 'hunter2' }]
    expect(JSON.stringify(render({ code: 'ARGUMENTS_INVALID', details: { issues } }))).not.toContain('hunter2')
  })

  it('shows twenty issues at most, and none of another shape', () => {
    const issues = [...Array(30).keys()].map((index) => ({ path: `a${index}`, message: 'x'.repeat(1000) }))
    const shown = render({ code: 'ARGUMENTS_INVALID', details: { issues } })
    expect(shown.issues).toHaveLength(20)
    expect(shown.issues?.every(({ message }) => message.length <= 200)).toBe(true)
    expect(render({ code: 'ARGUMENTS_INVALID', details: { issues: 'none' } }).issues).toBeUndefined()
    expect(render({ code: 'ARGUMENTS_INVALID', details: { issues: [null, 5] } }).issues).toHaveLength(2)
  })

  it('marks and redacts what a tool says, in 500 characters at most', () => {
    const shown = thrown(new Error(`cannot reach https://user:hunter2@db "now" ${'x'.repeat(2000)}`))
    expect(shown.message).toMatch(
      /^'pay' failed\. The tool's own text: "cannot reach https:\/\/\[redacted\]@db 'now' x+…"$/,
    )
    expect(shown.message).toHaveLength(500)
  })

  it('names the status, and when to come back', () => {
    const shown = thrown({ message: 'busy', status: 503, headers: { 'retry-after': '7' } })
    expect(shown.message).toBe("'pay' failed (HTTP 503). The tool's own text: \"busy\"")
    expect(shown).toMatchObject({
      next: 'Call it again in 7 seconds, or choose another tool.',
      attempts: 3,
      retryAfterMs: 7000,
    })
  })

  it.each([
    [{ status: 422 }, 'Do not repeat this call unchanged: change the arguments'],
    [toolFailure({ message: 'm', blame: 'caller' }), 'Do not repeat this call unchanged: change the arguments'],
    [{ status: 403 }, 'Do not repeat this call: access was refused'],
    [{ code: 'ENOTFOUND' }, 'Do not repeat this call unchanged. Choose another tool'],
    [{ status: 502 }, 'Call it again later'],
    [{ status: 429, retryAfter: 600 }, 'Call it again in 10 minutes'],
    [{ status: 429, headers: { 'retry-after-ms': '20' } }, 'Call it again in a second'],
  ])('advises after %o', (value, next) => {
    expect(thrown(value).next.startsWith(next)).toBe(true)
  })

  it('passes on the hint of a tool', () => {
    expect(thrown(toolFailure({ message: 'm', hint: 'ask for another' })).next).toContain(
      'The tool advises: "ask for another"',
    )
  })

  it('says that side effects are unknown, and to look before the next call', () => {
    const unknown = { retryable: true, details: { sideEffects: 'unknown' } }
    for (const code of ['TIMEOUT', 'DEADLINE_EXCEEDED'] as const) {
      const shown = render({ code, ...unknown })
      expect(shown.message).toContain('Its side effects are unknown')
      expect(shown.next).toBe('Find out whether it took effect before you call it again.')
    }
    expect(render({ code: 'TIMEOUT', retryable: true }).next).toContain('Call it again later')
  })

  it('tells the last error of a call that was repeated too often', () => {
    const cause = executionError(new Error('no such city; token=abc'), {
      tool: 'pay',
      callId: 'c',
      attempts: 1,
      now: 0,
    })
    expect(render({ code: 'REPEATED_CALL', cause }).message).toContain(
      'The last error was: "EXECUTION_FAILED: no such city; token=[redacted]"',
    )
    expect(render({ code: 'REPEATED_CALL', details: { count: 3 }, cause }).message).toContain(
      "This same call to 'pay' has failed 3 times. The last error was: ",
    )
    expect(render({ code: 'REPEATED_CALL', details: { count: 1 } }).message).toBe(
      "This same call to 'pay' has failed before.",
    )
    expect(render({ code: 'REPEATED_CALL' }).message).toBe("This same call to 'pay' has failed again and again.")
  })

  it('tells why a call was not approved', () => {
    expect(render({ code: 'APPROVAL_DENIED', details: { reason: 'too expensive' } }).message).toContain(
      '"too expensive"',
    )
  })

  it('names what else took the time to come', () => {
    expect(render({ code: 'CIRCUIT_OPEN', retryable: true, retryAfterMs: 4200 }).next).toContain('in 5 seconds')
    expect(render({ code: 'CIRCUIT_OPEN' }).next).toContain('Do not repeat this call')
  })

  const rest: ToolErrorCode[] = ['OUTPUT_INVALID', 'RATE_LIMITED', 'QUEUE_FULL', 'QUEUE_TIMEOUT', 'TOOL_STUCK']
  it.each<ToolErrorCode>([...rest, 'IDEMPOTENCY_CONFLICT', 'OUTCOME_UNKNOWN', 'RUNTIME_CLOSED'])(
    'has plain sentences for %s',
    (code) => {
      const shown = render({ code, message: 'secret-internal at x (/a.js:1:2)' })
      expect(`${shown.message} ${shown.next}`).toMatch(/^[A-Z'][^"]+\.$/)
      expect(shown.message).not.toContain('secret-internal')
    },
  )

  it('cleans a tool name that a model made up', () => {
    const shown = render({ code: 'TOOL_NOT_FOUND', tool: `a'\n"b" password=x ${'y'.repeat(500)}` })
    expect(shown.message).toMatch(/^There is no tool named 'a "b" password=\[redacted\] y+…'\.$/)
  })
})
