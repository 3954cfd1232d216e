import type { CallResult, Embedder } from '@headrace/core'
import { semantic } from '@headrace/core/semantic'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, writeTool } from '../fixture/tools.ts'

type Policy = NonNullable<Parameters<typeof readTool>[2]>
type Cache = Exclude<Policy['cache'], false | undefined>

const negative: Cache = { ttl: 1_000, scope: 'shared', negative: { codes: ['EXECUTION_FAILED'], ttl: 100 } }

/** A tool that throws, or gives, what `plan` says for its run. */
function openPlanned(policy: Policy, plan: (run: number) => unknown = () => httpError(404)) {
  const seen = { runs: 0 }
  const read = readTool(
    'read',
    () => {
      seen.runs += 1
      const made = plan(seen.runs)
      if (made instanceof Error) throw made
      return made
    },
    { retry: false, ...policy },
  )
  const write = writeTool('write', () => 'done', { invalidates: () => ['users'] })
  const stage = openRuntime({ tools: [read, write] })
  return { ...stage, seen }
}

describe('cache: errors', () => {
  it('are kept where their code is named, for their own ttl', async () => {
    const { call, clock, seen, events } = openPlanned({ cache: negative })
    const results: CallResult[] = []
    for (const ms of [0, 99, 1]) {
      await clock.advance(ms)
      const pending = call('read')
      await clock.advance(0)
      results.push(await resultOf(pending))
    }
    expect(seen.runs).toBe(2)
    expect(results.map(({ meta }) => meta.cache?.layer)).toEqual([undefined, 'exact', undefined])
    expect(results[1]).toMatchObject({ status: 'error', meta: { attempts: 0, cache: { ageMs: 99 } } })
    expect(events.filter(({ type }) => type === 'cache-store').length).toBe(2)
  })

  it('come back equal, as errors of the call that asks', async () => {
    const { call, clock } = openPlanned({ cache: negative })
    const calls = [call('read')]
    await clock.advance(10)
    calls.push(call('read'))
    await clock.advance(0)
    const [first, second] = await Promise.all(calls.map(errorOf))
    const { code, message, details, retryable, attempts } = first ?? {}
    expect(second).toMatchObject({ code, message, details, retryable, attempts, callId: calls[1]?.callId })
    expect(details).toMatchObject({ status: 404 })
    expect(second?.toModel()).toEqual(first?.toModel())
  })

  it('are not kept under another code, nor without being asked for', async () => {
    for (const cache of [
      { ttl: 1_000, scope: 'shared' },
      { ttl: 1_000, scope: 'shared', negative: { codes: ['TIMEOUT'], ttl: 100 } },
      { ttl: 1_000, scope: 'shared', negative: { codes: ['EXECUTION_FAILED'], ttl: 0 } },
    ] satisfies Cache[]) {
      const { call, clock, seen } = openPlanned({ cache })
      for (let n = 0; n < 2; n += 1) {
        call('read')
        await clock.advance(0)
      }
      expect(seen.runs).toBe(2)
    }
  })

  it('are kept when all retries have failed, and are not retried when they are found', async () => {
    const retry = { maxAttempts: 3, backoff: { type: 'constant', base: 1, jitter: 'none' } } as const
    const { call, clock, seen } = openPlanned({ cache: negative, retry }, () => httpError(503))
    call('read')
    await clock.advance(2)
    const hit = call('read')
    await clock.advance(0)
    expect([await errorOf(hit), seen.runs]).toMatchObject([{ attempts: 3, retryable: true }, 3])
  })

  it('do not keep the fallback from answering', async () => {
    const { call, clock, seen } = openPlanned({ cache: negative, fallback: (error) => error.code })
    call('read')
    await clock.advance(0)
    const pending = call('read')
    await clock.advance(0)
    expect(await resultOf(pending)).toMatchObject({ output: 'EXECUTION_FAILED', meta: { degraded: true } })
    expect(seen.runs).toBe(1)
  })

  it('are never what a tool gives, whatever that looks like', async () => {
    const output = {
      'headrace:stored': 'error',
      error: { code: 'TIMEOUT', message: '', attempts: 1, retryable: true, details: {} },
    }
    const { call, clock, seen } = openPlanned({ cache: negative }, () => output)
    for (let n = 0; n < 2; n += 1) {
      const pending = call('read')
      await clock.advance(0)
      expect(await resultOf(pending)).toMatchObject({ status: 'ok', output })
    }
    expect(seen.runs).toBe(1)
  })

  it('go with any write, since what they depend on is not known', async () => {
    const cache: Cache = { ...negative, tags: () => ['orders'] }
    const { call, clock, seen } = openPlanned({ cache }, (run) => (run === 1 ? httpError(404) : 'there'))
    call('read')
    await clock.advance(0)
    call('write')
    await clock.advance(0)
    const pending = call('read')
    await clock.advance(0)
    expect([await resultOf(pending), seen.runs]).toMatchObject([{ output: 'there' }, 2])
  })

  it('are never given for other words, as a result would be', async () => {
    const near: Embedder = { id: 'near', dimensions: 1, embed: (texts) => texts.map(() => Float32Array.of(1)) }
    const cache: Cache = {
      ...negative,
      fields: { q: 'fuzzy' },
      tags: () => ['users'],
      semantic: semantic({ embedder: near }),
    }
    const { call, clock, seen } = openPlanned({ cache }, (run) => (run === 2 ? httpError(404) : `run ${run}`))
    call('read', { q: 'cheap hotels' })
    await clock.advance(0)
    // the vector stays, and the next result of the same words is an error
    call('write')
    await clock.advance(0)
    call('read', { q: 'cheap hotels' })
    await clock.advance(0)
    const other = call('read', { q: 'affordable hotels' })
    await clock.advance(0)
    expect([await resultOf(other), seen.runs]).toMatchObject([{ output: 'run 3' }, 3])
  })

  it('take the place of a stale result only where they are about the call', async () => {
    const cache: Cache = {
      ...negative,
      ttl: 50,
      staleIfError: 1_000,
      negative: { codes: ['EXECUTION_FAILED'], ttl: 500 },
    }
    for (const [status, layer] of [
      [503, 'stale'],
      [404, 'exact'],
    ] as const) {
      const { call, clock } = openPlanned({ cache }, (run) => (run === 1 ? 'old' : httpError(status)))
      for (let n = 0; n < 2; n += 1) {
        call('read')
        await clock.advance(50)
      }
      const third = call('read')
      await clock.advance(0)
      expect((await resultOf(third)).meta.cache?.layer).toBe(layer)
    }
  })
})
