import { type CallEvent, createRuntime, defineTool, type Middleware, type ToolPolicy } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'

/** More than it takes until a hit is answered without a call of its own. */
const often = 12

type Schema = Parameters<typeof defineTool>[0]['inputSchema']

const strict = jsonSchema({ type: 'object', properties: { q: { type: 'string' } }, required: ['q'] })

interface KnownOptions {
  readonly inputSchema?: Schema
  readonly policy?: ToolPolicy
  readonly middleware?: readonly Middleware[]
}

/** A cached tool that counts its runs, asked so often that its answer is known. */
async function openKnown({ inputSchema = strict, policy = {}, middleware = [] }: KnownOptions = {}) {
  const clock = createTestClock()
  const seen = { runs: 0 }
  const tool = defineTool({
    name: 'read',
    description: 'read',
    annotations: { readOnlyHint: true },
    inputSchema,
    policy: { cache: { ttl: 1_000, scope: 'shared' }, ...policy },
    execute: () => {
      seen.runs += 1
      return { run: seen.runs }
    },
  })
  const runtime = createRuntime({ clock, tools: [tool], middleware })
  const ask = () => runtime.dispatch({ tool: 'read', arguments: { q: 'x' } })
  for (let n = 0; n < often; n += 1) await ask()
  return { clock, runtime, seen, ask }
}

describe('a hit that is answered without a call of its own', () => {
  it('gives what a call that somebody listens to gives', async () => {
    const { ask, runtime, clock, seen } = await openKnown()
    await clock.advance(5)
    const quick = await ask().result()
    runtime.events$.subscribe()
    const slow = await ask().result()
    expect({ ...quick, callId: '' }).toEqual({ ...slow, callId: '' })
    expect(quick).toMatchObject({ status: 'ok', output: { run: 1 }, meta: { attempts: 0, cache: { ageMs: 5 } } })
    expect([quick.callId === slow.callId, quick.callId.startsWith('call-'), seen.runs]).toEqual([false, true, 1])
    expect(runtime.snapshot().caches.hits).toBe(often + 1)
  })

  it('keeps the id of its caller, has ended, tells its end to whoever comes, and cannot be cancelled any more', async () => {
    const { runtime } = await openKnown()
    const call = runtime.dispatch({ tool: 'read', arguments: { q: 'x' }, callId: 'mine' })
    const told: CallEvent[] = []
    call.events$.subscribe((event) => told.push(event))
    await call.cancel('late')
    expect([call.status, call.callId, told.map(({ type }) => type)]).toEqual(['settled', 'mine', ['call-settle']])
    expect(await call).toEqual({ run: 1 })
  })

  it('is none where the result has expired, was rejected, or where the arguments are other ones', async () => {
    const { ask, runtime, clock, seen } = await openKnown()
    await runtime.dispatch({ tool: 'read', arguments: { q: 'y' } })
    expect(seen.runs).toBe(2)
    await clock.advance(1_000)
    await ask()
    expect(seen.runs).toBe(3)
    const { meta } = await ask().result()
    expect(runtime.control.cache.reject(meta.cache?.entryId ?? '')).toBe(true)
    await ask()
    expect(seen.runs).toBe(4)
  })

  it('is refused where the scope is closed or cancelled', async () => {
    const { runtime } = await openKnown()
    const scope = runtime.scope()
    await scope.close()
    expect(await scope.dispatch({ tool: 'read', arguments: { q: 'x' } }).result()).toMatchObject({ status: 'error' })
    const aborted = runtime.scope({ signal: AbortSignal.abort('enough') })
    expect(await aborted.dispatch({ tool: 'read', arguments: { q: 'x' } }).result()).toMatchObject({ reason: 'enough' })
    const late = runtime.scope({ deadline: 0 })
    expect((await late.dispatch({ tool: 'read', arguments: { q: 'x' } }).result()).status).toBe('error')
  })

  it('asks for approval as every call', async () => {
    let asked = 0
    const { seen } = await openKnown({
      policy: {
        approval: () => {
          asked += 1
          return true
        },
      },
    })
    expect([asked, seen.runs]).toEqual([often, 1])
  })

  it('is told to middleware', async () => {
    let calls = 0
    await openKnown({
      middleware: [
        (_call, next) => {
          calls += 1
          return next()
        },
      ],
    })
    expect(calls).toBe(often)
  })

  it('takes a schema that copies, by what it makes of the arguments', async () => {
    const schema = (change: (q: string) => string): Schema => ({
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => ({ value: { q: change((value as { q: string }).q) } }),
      },
    })
    const copied = await openKnown({ inputSchema: schema((q) => q) })
    expect([await copied.ask(), copied.seen.runs]).toEqual([{ run: 1 }, 1])
    const swapped = await openKnown({ inputSchema: schema((q) => (q === 'x' ? 'y' : 'x')) })
    for (let n = 0; n < often; n += 1) await swapped.runtime.dispatch({ tool: 'read', arguments: { q: 'y' } })
    expect([await swapped.ask(), await swapped.runtime.dispatch({ tool: 'read', arguments: { q: 'y' } })]).toEqual([
      { run: 1 },
      { run: 2 },
    ])
  })

  it('does not ask a schema that takes its time twice, but once', async () => {
    let asked = 0
    const inputSchema: Schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) => {
          asked += 1
          return { value }
        },
      },
    }
    const { ask, seen } = await openKnown({ inputSchema })
    for (let n = 0; n < often; n += 1) await ask()
    expect(seen.runs).toBe(1)
    expect(asked - 2 * often).toBe(1)
  })
})
