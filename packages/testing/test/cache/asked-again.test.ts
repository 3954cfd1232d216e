import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

type Scope = 'session' | 'tenant' | 'shared'
type Caller = { readonly session?: string; readonly tenant?: string }

/** As often as it takes until places are found without writing keys. */
const often = 12

/** Lets callers ask often, in turns; gives who was told what. */
async function toldOf(scope: Scope, callers: readonly Caller[]): Promise<unknown[]> {
  let runs = 0
  const { call, clock } = openRuntime({
    tools: [readTool('read', () => (runs += 1), { cache: { ttl: 60_000, scope } })],
  })
  const told = new Set<unknown>()
  for (let n = 0; n < often; n += 1) {
    for (const caller of callers) {
      const pending = call('read', { q: 'x' }, caller)
      await clock.advance(0)
      const { output } = (await resultOf(pending)) as { readonly output: number }
      told.add(`${caller.tenant ?? '-'} ${caller.session ?? '-'} ${output}`)
    }
  }
  return [...told]
}

describe('cache: what is asked again and again', () => {
  it('is told to nobody but its owners', async () => {
    const callers = [
      { tenant: 'a', session: 's' },
      { tenant: 'b', session: 's' },
      { session: 's' },
      { tenant: 'a', session: 'r' },
    ]
    expect(await toldOf('session', callers)).toEqual(['a s 1', 'b s 2', '- s 3', 'a r 4'])
    expect(await toldOf('tenant', [{ tenant: 'a' }, { tenant: 'b' }])).toEqual(['a - 1', 'b - 2'])
    expect(await toldOf('shared', [{ tenant: 'a' }, { session: 's' }])).toEqual(['a - 1', '- s 1'])
  })

  it('is not served without the session or tenant that its scope asks for', async () => {
    let runs = 0
    const { call, clock } = openRuntime({
      tools: [readTool('read', () => (runs += 1), { cache: { ttl: 60_000, scope: 'session' } })],
    })
    for (let n = 0; n < often; n += 1) {
      call('read', { q: 'x' }, { session: 's' })
      await clock.advance(n)
    }
    call('read', { q: 'x' })
    await clock.advance(0)
    expect(runs).toBe(2)
  })

  it('expires, is computed anew, is forgotten with its session, and can be rejected', async () => {
    let runs = 0
    const { call, clock, runtime } = openRuntime({
      tools: [readTool('read', () => (runs += 1), { cache: { ttl: 1_000, scope: 'session' } })],
    })
    const ask = async (): Promise<string | undefined> => {
      const pending = call('read', { q: 'x' }, { session: 's' })
      await clock.advance(0)
      return (await resultOf(pending)).meta.cache?.entryId
    }
    for (let n = 0; n < often; n += 1) await ask()
    expect(runs).toBe(1)
    await clock.advance(1_000)
    for (let n = 0; n < often; n += 1) await ask()
    expect(runs).toBe(2)
    await runtime.control.endSession('s')
    await ask()
    expect(runs).toBe(3)
    let id: string | undefined
    for (let n = 0; n < often; n += 1) id = await ask()
    expect(runtime.control.cache.reject(id ?? '')).toBe(true)
    await ask()
    expect(runs).toBe(4)
  })

  it('is not taken for an instance of a class with the same members', async () => {
    let runs = 0
    const { call, clock } = openRuntime({
      tools: [readTool('read', () => (runs += 1), { cache: { ttl: 60_000, scope: 'shared' } })],
    })
    for (let n = 0; n < often; n += 1) {
      call('read', { q: 'x' })
      await clock.advance(n)
    }
    class Question {
      q = 'x'
    }
    call('read', new Question())
    await clock.advance(0)
    expect(runs).toBe(2)
  })
})
