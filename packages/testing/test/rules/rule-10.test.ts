import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

const storage = new AsyncLocalStorage<string>()

describe('rule 10', () => {
  it("rule 10: a call that waited for a permit runs in its submitter's context", async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'one',
          async ({ q }) => {
            const before = storage.getStore()
            await sleep(clock, 5)
            seen.push([q, before, storage.getStore()])
          },
          { concurrency: { max: 1 } },
        ),
      ],
    })
    for (const q of ['a', 'b', 'c']) storage.run(q, () => call('one', { q }))
    await storage.run('test', () => clock.advance(50))
    expect(seen).toEqual([
      ['a', 'a', 'a'],
      ['b', 'b', 'b'],
      ['c', 'c', 'c'],
    ])
  })

  it("rule 10: a retry runs in its submitter's context", async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('flaky', () => {
          seen.push(storage.getStore())
          if (seen.length < 3) throw httpError(503)
        }),
      ],
    })
    const pending = storage.run('mine', () => call('flaky'))
    await storage.run('test', () => clock.advance(60_000))
    expect([await codeOf(pending), seen]).toEqual(['ok', ['mine', 'mine', 'mine']])
  })

  it("rule 10: a fallback runs in its submitter's context, whatever ended the attempt", async () => {
    const seen: unknown[] = []
    const spare = readTool('spare', () => void seen.push(storage.getStore()))
    const note = (): void => void seen.push(storage.getStore())
    const { clock, call } = openRuntime({
      tools: [
        readTool('slow', forever, { timeout: { attempt: 10 }, retry: false, fallback: note }),
        readTool('spared', forever, { timeout: { attempt: 10 }, retry: false, fallback: spare }),
        readTool('failing', () => Promise.reject(new Error('no')), { retry: false, fallback: note }),
        readTool('queued', forever, { concurrency: { max: 1, queueTimeout: 5 }, fallback: note }),
      ],
    })
    storage.run('busy', () => call('queued'))
    // a timer is shared: it fires in the context of whoever set it first
    storage.run('before', () => call('slow'))
    await storage.run('test', () => clock.advance(5))
    for (const tool of ['slow', 'spared', 'failing', 'queued']) storage.run(tool, () => call(tool))
    await storage.run('test', () => clock.advance(50))
    expect(seen).toEqual(expect.arrayContaining(['before', 'slow', 'spared', 'failing', 'queued']))
    expect(seen).toHaveLength(5)
  })

  it("rule 10: the fallback of a call that shared a flight runs in that call's context", async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('read', () => sleep(clock, 5).then(() => Promise.reject(new Error('no'))), {
          cache: { ttl: 1_000, scope: 'shared' },
          retry: false,
          fallback: () => void seen.push(storage.getStore()),
        }),
      ],
    })
    for (const name of ['first', 'second', 'third']) storage.run(name, () => call('read'))
    await storage.run('test', () => clock.advance(50))
    expect(seen).toEqual(['first', 'second', 'third'])
  })

  it("rule 10: a shared flight runs in the first caller's context", async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'read',
          async ({ q }) => {
            seen.push([q, storage.getStore()])
            await sleep(clock, 5)
          },
          { cache: { ttl: 1_000, scope: 'shared' }, concurrency: { max: 1 } },
        ),
      ],
    })
    storage.run('other', () => call('read', { q: 'busy' }))
    storage.run('first', () => call('read', { q: 'x' }))
    storage.run('second', () => call('read', { q: 'x' }))
    await storage.run('test', () => clock.advance(50))
    expect(seen).toEqual([
      ['busy', 'other'],
      ['x', 'first'],
    ])
  })

  it("rule 10: calls of a stream of calls run in its subscriber's context", async () => {
    const seen: [number | undefined, string | undefined][] = []
    const { clock, runtime } = openRuntime({
      tools: [
        readTool(
          'one',
          async ({ n }) => {
            seen.push([n, storage.getStore()])
            await sleep(clock, 5)
          },
          { concurrency: { max: 1 } },
        ),
      ],
    })
    const calls = [1, 2, 3].map((n) => ({ tool: 'one', arguments: { n } }))
    storage.run('subscriber', () => runtime.dispatchMany$(calls, { concurrency: 2 }).subscribe())
    storage.run('turn', () => void runtime.dispatchAll(calls.map((call) => ({ ...call, arguments: { n: 9 } }))))
    await storage.run('test', () => clock.advance(100))
    expect(seen.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [1, 'subscriber'],
      [2, 'subscriber'],
      [3, 'subscriber'],
      [9, 'turn'],
      [9, 'turn'],
      [9, 'turn'],
    ])
  })

  it('rule 10: a streaming tool runs every step in the context of its submitter', async () => {
    const seen: unknown[] = []
    async function* stream() {
      for (let step = 0; step < 3; step += 1) {
        seen.push(storage.getStore())
        await sleep(clock, 5)
        yield step
      }
    }
    const { clock, call } = openRuntime({ tools: [readTool('stream', stream, { concurrency: { max: 1 } })] })
    storage.run('first', () => call('stream'))
    storage.run('second', () => call('stream'))
    await storage.run('test', () => clock.advance(100))
    expect(seen).toEqual(['first', 'first', 'first', 'second', 'second', 'second'])
  })

  it('rule 10: what a call carries by argument reaches the tool and its children', async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', (_, { session, tenant, metadata }) => void seen.push(['child', session, tenant, metadata])),
        readTool('parent', (_, context) => {
          seen.push(['parent', context.session, context.tenant, context.metadata])
          return context.dispatch({ tool: 'child', arguments: {} })
        }),
      ],
    })
    call('parent', {}, { session: 's', tenant: 't', metadata: { trace: 1 } })
    await clock.advance(5)
    expect(seen).toEqual([
      ['parent', 's', 't', { trace: 1 }],
      ['child', 's', 't', expect.anything()],
    ])
  })
})
