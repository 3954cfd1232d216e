import { CancelReason } from '@headrace/core'
import { expect, test } from 'vitest'
import { createRunningCalls } from './running-calls.ts'

/** A call that ends when it is told to, or aborted. */
function call(signal: AbortSignal): Promise<unknown> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

test('closing cancels what runs, waits for its end, and says so from the first moment', async () => {
  const calls = createRunningCalls()
  const ended: unknown[] = []
  const running = calls.run(call).catch((reason: unknown) => ended.push(reason))
  const closing = calls.close(0)
  expect(calls.isClosing).toBe(true)
  await closing
  await running
  expect(ended).toEqual([expect.any(CancelReason)])
  expect(ended).toMatchObject([{ kind: 'shutdown' }])
})

test('closing waits for calls that end in time, and no longer than they take', async () => {
  const calls = createRunningCalls()
  let end = (): void => {}
  const running = calls.run(() => new Promise<void>((resolve) => (end = resolve)))
  const closing = calls.close(Number.POSITIVE_INFINITY)
  end()
  await closing
  await expect(running).resolves.toBeUndefined()
  await calls.close(1_000_000)
})
