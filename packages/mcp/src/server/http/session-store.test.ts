import { expect, onTestFinished, test, vi } from 'vitest'
import { createSessionStore, type KeptSession, type SessionLimits, type SessionStore } from './session-store.ts'

function storeOf(limits: Partial<SessionLimits> = {}): {
  readonly store: SessionStore<KeptSession>
  readonly closed: string[]
  readonly add: (id: string) => boolean
} {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const closed: string[] = []
  const store = createSessionStore<KeptSession>({ idleMs: 100, max: 2, ...limits })
  const add = (id: string): boolean => store.add(id, { close: async () => void closed.push(id) })
  return { store, closed, add }
}

test('a session that nobody uses is closed after a while, one in use is not', () => {
  const { store, closed, add } = storeOf()
  add('a')
  add('b')
  store.take('b')
  vi.advanceTimersByTime(99)
  expect(closed).toEqual([])
  vi.advanceTimersByTime(1)
  expect(closed).toEqual(['a'])
  expect(store.take('a')).toBeUndefined()
  vi.advanceTimersByTime(1000)
  store.take('b')
  store.release('b')
  vi.advanceTimersByTime(1000)
  expect(closed).toEqual(['a'])
  store.release('b')
  vi.advanceTimersByTime(100)
  expect(closed).toEqual(['a', 'b'])
})

test('for a new one, the session that was idle the longest is closed; none that is in use', () => {
  const { store, closed, add } = storeOf()
  add('a')
  add('b')
  store.take('a')
  store.release('a')
  expect(add('c')).toBe(true)
  expect(closed).toEqual(['b'])
  store.take('a')
  store.take('c')
  expect(add('d')).toBe(false)
  expect(closed).toEqual(['b'])
})

test('sessions may be kept for ever, and end with the store', async () => {
  const { store, closed, add } = storeOf({ idleMs: Number.POSITIVE_INFINITY })
  add('a')
  add('b')
  vi.advanceTimersByTime(10_000_000)
  store.remove('a')
  expect(closed).toEqual([])
  await store.close()
  expect(closed).toEqual(['b'])
  store.release('b')
  expect(store.take('b')).toBeUndefined()
})
