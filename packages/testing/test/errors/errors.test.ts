import { isToolError, toModel, toolFailure } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openQueue } from '../admission/queue.ts'
import { errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool } from '../fixture/tools.ts'

/** The error of a tool that throws this. */
async function errorFor(thrown: unknown) {
  const { clock, call } = openRuntime({ tools: [readTool('tool', () => Promise.reject(thrown), { retry: false })] })
  const pending = call('tool')
  await clock.advance(1)
  return errorOf(pending)
}

describe('errors', () => {
  it('carry code, tool, call, attempts and cause', async () => {
    const thrown = httpError(503)
    const error = await errorFor(thrown)
    expect(isToolError(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'EXECUTION_FAILED',
      tool: 'tool',
      attempts: 1,
      retryable: true,
      details: { status: 503 },
    })
    expect([error.callId.length > 0, error.cause]).toEqual([true, thrown])
  })

  it('are retryable where the same call may succeed later, whether or not it is retried', async () => {
    for (const status of [408, 425, 429, 500, 502, 503, 504])
      expect((await errorFor(httpError(status))).retryable).toBe(true)
    for (const status of [400, 401, 404, 422]) expect((await errorFor(httpError(status))).retryable).toBe(false)
  })

  it('keep what a tool said: details, hint, whose fault', async () => {
    const error = await errorFor(
      toolFailure({ message: 'no such city', blame: 'caller', hint: 'ask for another', details: { city: 'X' } }),
    )
    expect([error.code, error.retryable, error.details]).toEqual([
      'EXECUTION_FAILED',
      false,
      expect.objectContaining({ city: 'X' }),
    ])
    expect(JSON.stringify(error.toModel())).toContain('ask for another')
  })

  it('survive whatever a tool throws', async () => {
    const nasty = new Proxy(
      {},
      {
        get() {
          throw new Error('trap')
        },
      },
    )
    for (const thrown of [undefined, null, 0, '', Symbol('x'), {}, Object.create(null), nasty, Object.freeze([])]) {
      expect((await errorFor(thrown)).code).toBe('EXECUTION_FAILED')
    }
  })

  it('show the model no stack, no secret, and at most 500 characters of the message', async () => {
    const secrets = ['hunter2', 'abc123def', 'sk-proj-aaaabbbbccccddddeeee']
    const message = `connect to https://user:hunter2@db failed, Authorization: Bearer abc123def, key=sk-proj-aaaabbbbccccddddeeee ${'x'.repeat(5_000)}`
    const shown = JSON.stringify((await errorFor(new Error(message))).toModel())
    for (const secret of secrets) expect(shown).not.toContain(secret)
    expect(shown).not.toMatch(/\bat .+:\d+:\d+/)
    expect(shown.length).toBeLessThan(1_500)
  })

  it('tell the model what to do next, for each of them', async () => {
    const { clock, call, start } = openQueue(
      { max: 1, queue: 1, queueTimeout: 5 },
      {},
      {
        tools: [
          readTool('deaf', forever, { timeout: { attempt: 5, grace: 1 }, retry: false }),
          readTool('search_docs', () => 1),
        ],
      },
    )
    const calls = [
      start('1'),
      start('2'),
      start('3'),
      call('deaf'),
      call('serch_docs'),
      call('search_docs', '{'),
      call('deaf', {}, { deadline: 0 }),
    ]
    await clock.advance(100)
    const errors = await Promise.all(calls.slice(1).map(errorOf))
    expect(errors.map((error) => error.code)).toEqual([
      'QUEUE_TIMEOUT',
      'QUEUE_FULL',
      'TIMEOUT',
      'TOOL_NOT_FOUND',
      'ARGUMENTS_INVALID',
      'DEADLINE_EXCEEDED',
    ])
    for (const error of errors) {
      const shown = error.toModel()
      expect(shown).toMatchObject({
        code: error.code,
        message: expect.any(String),
        next: expect.anything(),
        attempts: error.attempts,
      })
    }
    expect(JSON.stringify(errors[3]?.toModel())).toContain('search_docs')
  })

  it('are shown by toModel for any of the results', async () => {
    const { clock, call } = openRuntime({
      tools: [readTool('echo', ({ q }) => q), readTool('wait', forever, { timeout: { grace: 1 } })],
    })
    const [ok, cancelled, failed] = [call('echo', { q: 'hello' }), call('wait'), call('nowhere')]
    await clock.advance(1)
    void cancelled.cancel('secret reason')
    await clock.advance(1)
    const shown = await Promise.all(
      [ok, cancelled, failed].map(async (pending) => JSON.stringify(toModel(await resultOf(pending)))),
    )
    expect(shown[0]).toContain('hello')
    expect(shown[1]).toMatch(/cancel/i)
    expect(shown[2]).toContain('TOOL_NOT_FOUND')
  })
})
