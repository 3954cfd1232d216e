import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openChangeFeed } from './change-feed.ts'
import type { Peer, ToolNews } from './peer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server whose news a test cuts off. */
function newsServer() {
  const cuts: (() => void)[] = []
  const close = vi.fn()
  const state = { isConnected: true }
  const followTools = vi.fn(async (): Promise<ToolNews | undefined> => {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    cuts.push(resolve)
    return { ended, close }
  })
  const onNotification = () => () => undefined
  const tap = () => ({ onNotification, onError: onNotification })
  const rest = { serverName: undefined, tasks: 'none', request: vi.fn(), callTool: vi.fn(), ping: vi.fn() } as const
  const peer: Peer = { ...rest, tap, followTools, isConnected: () => state.isConnected }
  return { peer, cuts, close, followTools, state }
}

test('news that are cut off are asked for again, ever later, and what was missed counts as a change', async () => {
  const { peer, cuts, followTools } = newsServer()
  const onChange = vi.fn()
  const feed = openChangeFeed(peer, onChange)
  await feed.opened
  const counts: number[][] = []
  for (const waitMs of [999, 1, 1999, 1, 3999, 1]) {
    if (waitMs > 1) cuts.at(-1)?.()
    await vi.advanceTimersByTimeAsync(waitMs)
    counts.push([followTools.mock.calls.length, onChange.mock.calls.length])
  }
  expect(counts).toEqual([
    [1, 0],
    [2, 1],
    [2, 1],
    [3, 2],
    [3, 2],
    [4, 3],
  ])
})

test('a server that refuses is asked again', async () => {
  const { peer, followTools } = newsServer()
  followTools.mockRejectedValueOnce(new Error('busy')).mockRejectedValueOnce(new Error('busy'))
  const onChange = vi.fn()
  const feed = openChangeFeed(peer, onChange)
  await expect(feed.opened).rejects.toThrow('busy')
  await vi.advanceTimersByTimeAsync(2999)
  expect(onChange).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(onChange).toHaveBeenCalledTimes(1)
})

test('nobody is asked when the feed is closed, or the connection', async () => {
  const closed = newsServer()
  const feed = openChangeFeed(closed.peer, () => undefined)
  await feed.opened
  closed.cuts[0]?.()
  await vi.advanceTimersByTimeAsync(10)
  feed.close()
  const lost = newsServer()
  await openChangeFeed(lost.peer, () => undefined).opened
  lost.state.isConnected = false
  lost.cuts[0]?.()
  await vi.advanceTimersByTimeAsync(100_000)
  expect([closed.followTools, lost.followTools].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  expect(vi.getTimerCount()).toBe(0)
})

test('news that come when the feed is closed already are closed, too', async () => {
  const { peer, close } = newsServer()
  const feed = openChangeFeed(peer, () => undefined)
  feed.close()
  await feed.opened
  expect(close).toHaveBeenCalledTimes(1)
})
