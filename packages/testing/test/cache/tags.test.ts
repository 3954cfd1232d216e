import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, gate, httpError, microtasks, readTool, writeTool } from '../fixture/tools.ts'
import { openLibrary } from './library.ts'

describe('cache: tags', () => {
  it('let a write remove what depends on it, whichever tool gave it, and nothing else', async () => {
    const { read, list, write, values, runs } = openLibrary()
    values.set('a', 1)
    for (const ask of [read, list]) for (const name of ['a', 'b']) await ask(name)
    await write('a', 2)
    expect([await read('a'), await list('a'), await read('b'), await list('b')]).toEqual([
      [2, undefined],
      [2, undefined],
      [0, 'exact'],
      [0, 'exact'],
    ])
    expect(runs).toEqual({ get: 3, list: 3, set: 1 })
  })

  it('are given the arguments and the output, which nobody can change', async () => {
    const seen: unknown[] = []
    const tags = (args: unknown, output: unknown): string[] => {
      seen.push(args, output, Object.isFrozen(output))
      return []
    }
    const { call, clock } = openRuntime({
      tools: [readTool('read', () => ({ id: 1 }), { cache: { ttl: 1_000, scope: 'shared', tags } })],
    })
    call('read', { q: 'a' })
    await clock.advance(0)
    expect(seen).toEqual([{ q: 'a' }, { id: 1 }, true])
  })

  it('that cannot be had leave the result out of the cache, with one warning', async () => {
    const faults = [
      () => {
        throw new Error('tags')
      },
      () => 'a',
      () => [1],
      () => ['\u0000any'],
      () => undefined,
    ]
    for (const fault of faults) {
      const { read, runs, events } = openLibrary({ cache: { tags: fault as () => string[] } })
      expect([await read('a'), await read('a'), runs.get]).toEqual([[0, undefined], [0, undefined], 2])
      expect(events.filter(({ type }) => type === 'cache-warning')).toMatchObject([{ why: 'tags-failed' }])
    }
  })

  it('reach the results of the writer’s tenant and those of everybody, and no other tenant’s', async () => {
    const mine = { tenant: 'a' }
    const other = { tenant: 'b' }
    for (const scope of ['shared', 'tenant'] as const) {
      const { read, write } = openLibrary({ cache: { scope } })
      for (const caller of [mine, other]) await read('x', caller)
      await write('x', 1, mine)
      const stays = scope === 'shared' ? [1, 'exact'] : [0, 'exact']
      expect([await read('x', mine), await read('x', other)]).toEqual([[1, undefined], stays])
    }
  })

  it('reach every session of the tenant: it is the same data', async () => {
    const { read, write } = openLibrary({ cache: { scope: 'session' } })
    const [one, two, other] = [
      { tenant: 'a', session: '1' },
      { tenant: 'a', session: '2' },
      { tenant: 'b', session: '2' },
    ]
    for (const caller of [one, two, other]) await read('x', caller)
    await write('x', 1, { tenant: 'a' })
    expect([await read('x', one), await read('x', two), await read('x', other)]).toEqual([
      [1, undefined],
      [1, undefined],
      [0, 'exact'],
    ])
    await read('x', { session: '1' })
    await write('x', 2, { session: '2' })
    expect(await read('x', { session: '1' })).toEqual([2, undefined])
  })

  it('remove what is known by content, too', async () => {
    const { read, write } = openLibrary({ cache: { fields: { q: 'fuzzy' }, tags: () => ['all'] } })
    await read('The Weather')
    expect(await read('the weather')).toEqual([0, 'content'])
    await write('x', 1)
    expect(await read('the weather')).toEqual([0, 'content'])
    const all = openLibrary({ cache: { fields: { q: 'fuzzy' }, tags: () => ['name:x'] } })
    await all.read('The Weather')
    await all.write('x', 1)
    expect(await all.read('the weather')).toEqual([0, undefined])
  })
})

describe('cache: a write', () => {
  it('removes before it starts, so that nothing old is given while it runs', async () => {
    const { read, call, clock, values, runs } = openLibrary({ ms: 10 })
    await read('a')
    call('set', { q: 'a', n: 1 })
    const during = call('get', { q: 'a' })
    await clock.advance(5)
    expect([during.status, runs.get, values.get('a')]).toEqual(['running', 2, undefined])
    await clock.advance(5)
    expect(await read('a')).toEqual([1, undefined])
  })

  it('removes also what was read while it ran, and stored before its end', async () => {
    const writing = gate()
    const values = { a: 0 }
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', () => values.a, { cache: { ttl: 1_000, scope: 'shared', tags: () => ['a'] } }),
        writeTool('write', () => writing.opened, { invalidates: () => ['a'] }),
      ],
    })
    call('write')
    call('read')
    await clock.advance(0)
    values.a = 1
    writing.open()
    await clock.advance(0)
    const pending = call('read')
    await clock.advance(0)
    expect(await resultOf(pending)).toMatchObject({ output: 1, meta: { attempts: 1 } })
  })

  it('that fails, or times out, may have written: it removes all the same, before it settles', async () => {
    for (const fail of [() => Promise.reject(httpError(400)), forever]) {
      const values = { a: 0 }
      const { call, clock } = openRuntime({
        tools: [
          readTool('read', () => values.a, { cache: { ttl: 1_000, scope: 'shared', tags: () => ['a'] } }),
          writeTool(
            'write',
            () => {
              call('read')
              values.a = 1
              return fail()
            },
            { invalidates: () => ['a'], timeout: { attempt: 10, grace: 0 } },
          ),
        ],
      })
      const write = call('write')
      await clock.advance(10)
      expect(['EXECUTION_FAILED', 'TIMEOUT']).toContain(await codeOf(write))
      const pending = call('read')
      await clock.advance(0)
      expect(await resultOf(pending)).toMatchObject({ output: 1 })
    }
  })

  it('that is cancelled removes at once, and again when its work has really ended', async () => {
    const work = gate()
    const values = { a: 0 }
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', () => values.a, { cache: { ttl: 60_000, scope: 'shared', tags: () => ['a'] } }),
        writeTool('write', () => work.opened, { invalidates: () => ['a'] }),
      ],
    })
    const read = async (): Promise<unknown> => {
      const pending = call('read')
      await clock.advance(0)
      const result = await resultOf(pending)
      return [result.status === 'ok' && result.output, result.meta.cache?.layer]
    }
    const write = call('write')
    await clock.advance(0)
    await read()
    void write.cancel()
    expect([await read(), await read()]).toEqual([
      [0, undefined],
      [0, 'exact'],
    ])
    values.a = 1
    work.open()
    await clock.advance(0)
    expect(await read()).toEqual([1, undefined])
  })

  it('that never ran removes once', async () => {
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', () => 'value', { cache: { ttl: 60_000, scope: 'shared', tags: () => ['a'] } }),
        writeTool('write', forever, {
          invalidates: () => ['a'],
          concurrency: { max: 1, queue: 1 },
          timeout: { grace: 0 },
        }),
      ],
    })
    const writes = [call('write'), call('write')]
    call('read')
    await clock.advance(0)
    void writes[1]?.cancel()
    const pending = call('read')
    await clock.advance(0)
    expect((await resultOf(pending)).meta.cache?.layer).toBe('exact')
  })

  it('whose tags cannot be had does not start, and fails as with any other function of its policy', async () => {
    for (const invalidates of [
      () => {
        throw new Error('tags')
      },
      () => 'a' as unknown as string[],
    ]) {
      let runs = 0
      const { call, clock } = openRuntime({ tools: [writeTool('write', () => (runs += 1), { invalidates })] })
      const pending = call('write')
      await clock.advance(0)
      expect([await errorOf(pending), runs]).toMatchObject([{ code: 'EXECUTION_FAILED', retryable: false }, 0])
    }
  })

  it('without tags removes nothing', async () => {
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', () => 'value', { cache: { ttl: 60_000, scope: 'shared', tags: () => ['a'] } }),
        writeTool('write', () => 'done', { invalidates: () => [] }),
      ],
    })
    call('read')
    await clock.advance(0)
    call('write')
    await clock.advance(0)
    const pending = call('read')
    await clock.advance(0)
    expect((await resultOf(pending)).meta.cache?.layer).toBe('exact')
  })

  it('costs nothing where the policy of the runtime names tags for all tools: those that only read have none', async () => {
    const { call, clock } = openRuntime({
      policy: { invalidates: () => ['a'] },
      tools: [readTool('read', () => 'value', { cache: { ttl: 60_000, scope: 'shared', tags: () => ['a'] } })],
    })
    for (const layer of [undefined, 'exact']) {
      const pending = call('read')
      await clock.advance(0)
      expect((await resultOf(pending)).meta.cache?.layer).toBe(layer)
    }
  })

  it('starts in the same macrotask, with a cache in memory', async () => {
    let runs = 0
    const { call } = openRuntime({ tools: [writeTool('write', () => (runs += 1), { invalidates: () => ['a'] })] })
    call('write')
    await microtasks()
    expect(runs).toBe(1)
  })
})

describe('cache: a read that was running at a write', () => {
  it('is joined by nobody who asks after the write, and still answers those who waited', async () => {
    const { read, call, clock, runs } = openLibrary({ ms: 10 })
    const early = [call('get', { q: 'a' }), call('get', { q: 'a' })]
    await clock.advance(1)
    call('set', { q: 'a', n: 1 })
    await clock.advance(1)
    const during = call('get', { q: 'a' })
    await clock.advance(9)
    const after = call('get', { q: 'a' })
    await clock.advance(10)
    const outputs = (await Promise.all([...early, during, after].map(resultOf))).map(
      (result) => result.status === 'ok' && result.output,
    )
    expect([outputs, runs.get]).toEqual([[0, 0, 0, 1], 3])
    expect(await read('a')).toEqual([1, 'exact'])
  })

  it('is not stored when it arrives late', async () => {
    const { read, call, clock, write } = openLibrary({ ms: 10 })
    call('get', { q: 'a' })
    await clock.advance(5)
    const writing = write('a', 1)
    await clock.advance(20)
    await writing
    expect(await read('a')).toEqual([1, undefined])
    expect(await read('a')).toEqual([1, 'exact'])
  })

  it('is stored when the write was about something else', async () => {
    const { read, call, clock, write } = openLibrary({ ms: 10 })
    call('get', { q: 'a' })
    await clock.advance(5)
    const writing = write('b', 1)
    await clock.advance(20)
    await writing
    expect(await read('a')).toEqual([0, 'exact'])
  })
})
