import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLooks } from './looks.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a server that tells of a change at every look is not looked at all the time', async () => {
  const onError = vi.fn()
  const look = vi.fn(async () => looks.changed())
  const looks = createLooks({ look, onError })
  await looks.now()
  await vi.advanceTimersByTimeAsync(1000)
  expect(look.mock.calls.length).toBeLessThanOrEqual(6)
  looks.close()
  await vi.advanceTimersByTimeAsync(1000)
  expect(look.mock.calls.length).toBeLessThanOrEqual(6)
  expect(onError).not.toHaveBeenCalled()
})

test('who asks during a look shares the one after it, also when the first fails', async () => {
  const first = Promise.withResolvers<void>()
  const look = vi.fn(() => Promise.resolve())
  look.mockReturnValueOnce(first.promise)
  const looks = createLooks({ look, onError: () => undefined })
  const asked = looks.now()
  await vi.advanceTimersByTimeAsync(0)
  const later = [looks.now(), looks.now()]
  expect(look).toHaveBeenCalledTimes(1)
  first.reject(new Error('gone'))
  await expect(asked).rejects.toThrow('gone')
  await Promise.all(later)
  expect(look).toHaveBeenCalledTimes(2)
  looks.close()
  await looks.now()
  expect(look).toHaveBeenCalledTimes(2)
})
