import { type CacheStore, memoryCacheStore, type RuntimeControl } from '@headrace/core'
import { expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

type TakeBack = (control: RuntimeControl, entryId: string) => unknown

/** Takes a result back that was given, while a call whose backend fails could still end with it. */
async function endOfCall(takeBack: TakeBack, cache: CacheStore = memoryCacheStore()): Promise<string> {
  const policy = { ttl: 100, scope: 'shared', staleIfError: 50, tags: () => ['t'] } as const
  let runs = 0
  const { call, clock, runtime } = openRuntime({
    cache,
    tools: [
      readTool(
        'read',
        async () => {
          runs += 1
          const isDown = runs > 1
          await sleep(clock, 10)
          if (isDown) throw httpError(503)
          return 1
        },
        { retry: false, cache: policy },
      ),
    ],
  })
  call('read')
  await clock.advance(10)
  const hit = call('read')
  await clock.advance(100)
  const { meta } = await resultOf(hit)
  const failing = call('read')
  await clock.advance(5)
  await takeBack(runtime.control, meta.cache?.entryId ?? '')
  await clock.advance(5)
  return codeOf(failing)
}

it('stands in for a failure where it was not taken back', async () => {
  expect(await endOfCall(() => undefined)).toBe('ok')
})

it.each<[string, TakeBack]>([
  ['rejected', ({ cache }, id) => cache.reject(id)],
  ['invalidated', ({ cache }) => cache.invalidate(['t'])],
  ['cleared', ({ cache }) => cache.clear()],
])('stands in for no failure where it was %s while the backend was asked', async (_, takeBack) => {
  expect(await endOfCall(takeBack)).toBe('EXECUTION_FAILED')
})

it('stands in for no failure where it was rejected, whatever a store behind a network still has', async () => {
  const store = memoryCacheStore()
  const slow: CacheStore = {
    ...store,
    supports: store.supports,
    get: async (...of) => store.get(...of),
    delete: () => undefined,
  }
  expect(await endOfCall(({ cache }, id) => cache.reject(id), slow)).toBe('EXECUTION_FAILED')
})
