import { expect, test, vi } from 'vitest'
import { createLine } from './line.ts'
import type { Peer } from './peer.ts'

test('listens to errors of its transport only while anybody waits for an answer', async () => {
  const errorListeners = new Set<() => void>()
  const ping = vi.fn(() => Promise.reject(new Error('Not connected')))
  const tap = {
    onNotification: () => () => undefined,
    onError(listener: () => void) {
      errorListeners.add(listener)
      return () => errorListeners.delete(listener)
    },
  }
  const rest = {
    serverName: undefined,
    tasks: 'none',
    request: vi.fn(),
    callTool: vi.fn(),
    followTools: vi.fn(),
  } as const
  const peer: Peer = { ...rest, ping, tap: () => tap, isConnected: () => true }
  const line = createLine(peer)
  const { signal } = new AbortController()
  const answer = Promise.withResolvers<string>()
  const both = [line.run(signal, () => answer.promise), line.run(signal, () => answer.promise)]
  expect(errorListeners.size).toBe(1)
  answer.resolve('done')
  expect([await Promise.all(both), errorListeners.size]).toEqual([['done', 'done'], 0])
  const lost = line.run(signal, () => new Promise(() => undefined))
  for (const listener of errorListeners) listener()
  await expect(lost).rejects.toThrow('The connection to the MCP server was lost')
  expect(errorListeners.size).toBe(0)
})
