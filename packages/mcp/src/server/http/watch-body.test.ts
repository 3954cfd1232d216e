import { expect, test, vi } from 'vitest'
import { watchBody } from './watch-body.ts'

test('a body that is left while more of it is awaited ends once', async () => {
  const onEnd = vi.fn()
  const onLeave = vi.fn()
  const waiting = new ReadableStream<Uint8Array>()
  const { body } = watchBody(new Response(waiting), { onEnd, onLeave })
  const reader = body?.getReader()
  void reader?.read()
  await new Promise(setImmediate)
  await reader?.cancel()
  await new Promise(setImmediate)
  expect(onLeave).toHaveBeenCalledTimes(1)
  expect(onEnd).toHaveBeenCalledTimes(1)
})
