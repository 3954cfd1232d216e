import { defineTool, memoryCacheStore } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

type Scope = 'session' | 'tenant' | 'shared'

/** Makes the calls one after the other and gives how often the tool ran, and the warnings. */
async function runsOf(
  scope: Scope,
  calls: readonly { session?: string; tenant?: string }[],
): Promise<[number, number]> {
  let runs = 0
  const { call, clock, events } = openRuntime({
    tools: [readTool('read', () => (runs += 1), { cache: { ttl: 1_000, scope } })],
  })
  for (const options of calls) {
    call('read', {}, options)
    await clock.advance(0)
  }
  return [runs, events.filter((event) => event.type === 'cache-warning').length]
}

describe('cache: partitions', () => {
  it("keep tenants apart under 'tenant', and share between the sessions of one", async () => {
    const calls = [{ tenant: 'a' }, { tenant: 'b' }, { tenant: 'a' }, { tenant: 'a', session: 's' }]
    expect(await runsOf('tenant', calls)).toEqual([2, 0])
  })

  it("keep sessions apart under 'session', also the equal sessions of two tenants", async () => {
    const calls = [{ session: '1' }, { session: '2' }, { session: '1' }]
    expect(await runsOf('session', calls)).toEqual([2, 0])
    const tenants = [
      { tenant: 'a', session: '1' },
      { tenant: 'b', session: '1' },
      { tenant: 'a', session: '1' },
    ]
    expect(await runsOf('session', tenants)).toEqual([2, 0])
  })

  it('do not mix a tenant and a session that only look alike when they are joined', async () => {
    const calls = [
      { tenant: 'a/b', session: 'c' },
      { tenant: 'a', session: 'b/c' },
      { tenant: 'a|b', session: 'c' },
      { tenant: 'a', session: 'b|c' },
      { tenant: 'a:b', session: 'c' },
      { tenant: 'a', session: 'b:c' },
    ]
    expect(await runsOf('session', calls)).toEqual([6, 0])
  })

  it("are one under 'shared'", async () => {
    expect(await runsOf('shared', [{ tenant: 'a' }, { tenant: 'b', session: 's' }, {}])).toEqual([1, 0])
  })

  it('do not exist without the tenant or session that they need: nothing is cached, with one warning', async () => {
    expect(await runsOf('tenant', [{}, {}, { session: 's' }])).toEqual([3, 1])
    expect(await runsOf('session', [{}, {}, { tenant: 't' }])).toEqual([3, 1])
  })

  it('keep two tools with equal arguments apart', async () => {
    const policy = { cache: { ttl: 1_000, scope: 'shared' } } as const
    const { call, clock } = openRuntime({ tools: [readTool('a', () => 'a', policy), readTool('b', () => 'b', policy)] })
    call('a')
    await clock.advance(0)
    const other = call('b')
    await clock.advance(0)
    expect(await resultOf(other)).toMatchObject({ output: 'b' })
  })

  it('change with the schema of the tool, in a store that outlives the runtime', async () => {
    const cache = memoryCacheStore()
    let runs = 0
    const version = (properties: Record<string, object>) =>
      defineTool({
        name: 'read',
        description: 'read',
        annotations: { readOnlyHint: true },
        inputSchema: jsonSchema({ type: 'object', properties }),
        execute: () => (runs += 1),
        policy: { cache: { ttl: 1_000, scope: 'shared' } },
      })
    const properties = { q: { type: 'string' } }
    for (const tool of [
      version(properties),
      version(properties),
      version({ q: { type: 'string' }, n: { type: 'number' } }),
    ]) {
      const { call, clock } = openRuntime({ tools: [tool], cache })
      call('read', { q: 'a' })
      await clock.advance(0)
    }
    expect(runs).toBe(2)
  })

  it('are emptied by clear', async () => {
    let runs = 0
    const { call, clock, runtime } = openRuntime({
      tools: [readTool('read', () => (runs += 1), { cache: { ttl: 1_000, scope: 'shared' } })],
    })
    for (let n = 0; n < 2; n += 1) {
      call('read')
      await clock.advance(0)
      await runtime.control.cache.clear()
    }
    expect(runs).toBe(2)
  })
})
