import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { assertOk } from './assert-ok.ts'
import { isToolFailure, type ToolFailure } from './tool-failure.ts'

async function failureOf(response: Response): Promise<ToolFailure> {
  const thrown = await assertOk(response).catch((reason: unknown) => reason)
  if (!isToolFailure(thrown)) throw new Error('no failure')
  return thrown
}

function streamed(
  start: (controller: ReadableStreamDefaultController<Uint8Array>) => void,
  cancel?: () => void,
): Response {
  const body = new ReadableStream<Uint8Array>({ start, ...(cancel && { cancel }) })
  return new Response(body, { status: 500 })
}

describe('assertOk', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('gives an ok response back with its body unread', async () => {
    const response = new Response('hello')
    expect(await assertOk(response)).toBe(response)
    expect(await response.text()).toBe('hello')
  })

  it('carries status, wait and body of any other', async () => {
    const failure = await failureOf(
      new Response('busy', { status: 503, statusText: 'Unavailable', headers: { 'retry-after': '7' } }),
    )
    expect(failure).toMatchObject({
      message: 'the server answered 503 Unavailable',
      status: 503,
      retryable: true,
      retryAfterMs: 7000,
    })
    expect(failure.details).toEqual({ status: 503, body: 'busy' })
  })

  it('judges the status as it judges that of an error', async () => {
    expect((await failureOf(new Response(null, { status: 404 }))).retryable).toBe(false)
    const told = new Response(null, { status: 500, headers: { 'x-should-retry': 'false' } })
    expect((await failureOf(told)).retryable).toBe(false)
  })

  it('keeps at most 500 characters and cancels the rest', async () => {
    const cancel = vi.fn()
    const failure = await failureOf(
      streamed((controller) => controller.enqueue(new TextEncoder().encode('é'.repeat(4000))), cancel),
    )
    expect(failure.details?.body).toBe('é'.repeat(500))
    expect(cancel).toHaveBeenCalledTimes(1)
  })

  it('puts characters together that are spread over chunks', async () => {
    const bytes = new TextEncoder().encode('naïve 🙂')
    const response = streamed((controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    })
    expect((await failureOf(response)).details?.body).toBe('naïve 🙂')
  })

  it('waits a second and no longer for a body that stalls', async () => {
    const pending = failureOf(streamed((controller) => controller.enqueue(new TextEncoder().encode('half'))))
    await vi.advanceTimersByTimeAsync(1000)
    expect((await pending).details?.body).toBe('half')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps what came before a body breaks off', async () => {
    let broken = (): void => {}
    const response = streamed((controller) => {
      controller.enqueue(new TextEncoder().encode('half'))
      broken = () => controller.error(new Error('reset'))
    })
    const pending = failureOf(response)
    await Promise.resolve()
    await Promise.resolve()
    broken()
    expect((await pending).status).toBe(500)
  })

  it('does without a body that was read or is locked', async () => {
    const read = new Response('x', { status: 500 })
    await read.text()
    expect((await failureOf(read)).details).toEqual({ status: 500 })
    const locked = new Response('x', { status: 500 })
    locked.body?.getReader()
    expect((await failureOf(locked)).details).toEqual({ status: 500 })
  })
})
