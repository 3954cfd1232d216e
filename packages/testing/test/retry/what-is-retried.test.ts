import { type Tool, toolFailure } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, networkError, readTool, writeTool } from '../fixture/tools.ts'

/** How often a tool ran that always fails in this way. */
async function triesOf(error: unknown, make: typeof readTool = readTool, policy: Tool['policy'] = {}): Promise<number> {
  let tries = 0
  const failing = make(
    'failing',
    () => {
      tries += 1
      throw error
    },
    { breaker: false, ...policy },
  )
  const { clock, call } = openRuntime({ tools: [failing] })
  const pending = call('failing')
  await clock.advance(119_000)
  await errorOf(pending)
  return tries
}

const networkCodes = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]

describe('retry: what is retried', () => {
  it.each(networkCodes)('is the network error %s', async (code) => {
    expect(await triesOf(networkError(code))).toBe(3)
  })

  it('is a network error along the causes, as fetch gives it', async () => {
    expect(await triesOf(new TypeError('fetch failed', { cause: networkError('ECONNRESET') }))).toBe(3)
  })

  it.each([408, 425, 429, 500, 502, 503, 504])('is HTTP %i', async (status) => {
    expect(await triesOf(httpError(status))).toBe(3)
  })

  it.each([400, 401, 403, 404, 409, 410, 422, 501, 505])('is not HTTP %i', async (status) => {
    expect(await triesOf(httpError(status))).toBe(1)
  })

  it('is a status wherever clients put it', async () => {
    expect(await triesOf(Object.assign(new Error('x'), { statusCode: 503 }))).toBe(3)
    expect(await triesOf(Object.assign(new Error('x'), { response: { status: 503 } }))).toBe(3)
    expect(await triesOf(new Error('x', { cause: httpError(503) }))).toBe(3)
    expect(await triesOf(Object.assign(new Error('x'), { response: { status: 404 } }))).toBe(1)
  })

  it('is nothing else by default: plain errors, odd codes, thrown values that are no errors', async () => {
    for (const error of [
      new Error('plain'),
      new TypeError('bug'),
      networkError('ENOENT'),
      'text',
      null,
      undefined,
      503,
    ]) {
      expect(await triesOf(error)).toBe(1)
    }
  })

  it('is what a tool says about its failure', async () => {
    expect(await triesOf(toolFailure({ message: 'busy', retryable: true }))).toBe(3)
    expect(await triesOf(toolFailure({ message: 'wrong', retryable: false }))).toBe(1)
    expect(await triesOf(toolFailure({ message: 'plain' }))).toBe(1)
  })

  it('is what retryOn says, where it is given', async () => {
    const retry = { retryOn: (error: { message: string }) => error.message.includes('again') }
    expect(await triesOf(new Error('once again'), readTool, { retry })).toBe(3)
    expect(await triesOf(httpError(503), readTool, { retry })).toBe(1)
  })

  it('is nothing when switched off, and nothing with one try', async () => {
    expect(await triesOf(httpError(503), readTool, { retry: false })).toBe(1)
    expect(await triesOf(httpError(503), readTool, { retry: { maxAttempts: 1 } })).toBe(1)
  })
})

describe('retry: tools that may not run twice', () => {
  it('are not retried, though the error is transient', async () => {
    for (const error of [httpError(503), httpError(429), networkError('ECONNRESET'), networkError('ETIMEDOUT')]) {
      expect(await triesOf(error, writeTool)).toBe(1)
    }
  })

  it('are retried where the request provably did not run', async () => {
    expect(await triesOf(networkError('ECONNREFUSED'), writeTool)).toBe(3)
    expect(await triesOf(networkError('EAI_AGAIN'), writeTool)).toBe(3)
  })

  it('are retried when their policy accepts repeats', async () => {
    expect(await triesOf(httpError(503), writeTool, { retry: { idempotent: 'accept-repeats' } })).toBe(3)
  })

  it('are refused at definition with an explicit retry', () => {
    expect(() => writeTool('write', () => 1, { retry: { maxAttempts: 3 } })).toThrow(/retry/)
    expect(() => writeTool('write', () => 1, { retry: false })).not.toThrow()
  })
})

describe('retry: our own rejections', () => {
  it('of an open breaker are not retried', async () => {
    let tries = 0
    const { clock, call, events } = openRuntime({
      tools: [
        readTool(
          'down',
          () => {
            tries += 1
            throw httpError(503)
          },
          { breaker: { consecutiveFailures: 1, openFor: 60_000 } },
        ),
      ],
    })
    const pending = call('down')
    await clock.advance(50_000)
    expect([(await errorOf(pending)).code, tries]).toEqual([expect.stringMatching(/CIRCUIT_OPEN|EXECUTION_FAILED/), 1])
    const next = call('down')
    await clock.advance(0)
    expect((await errorOf(next)).code).toBe('CIRCUIT_OPEN')
    await clock.advance(1_000)
    expect(events.filter((event) => event.type === 'attempt-start').length).toBe(1)
  })

  it('of a full queue are not retried', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('slow', () => new Promise(() => {}), { concurrency: { max: 1, queue: 0 }, timeout: { grace: 1 } }),
      ],
    })
    call('slow')
    const refused = call('slow')
    await clock.advance(10)
    expect((await errorOf(refused)).code).toBe('QUEUE_FULL')
    await clock.advance(10_000)
    expect(events.filter((event) => event.type === 'retry-wait')).toEqual([])
  })
})
