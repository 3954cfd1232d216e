import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

/** Fails after `n` ms when `q` is 'bad', else succeeds after `n` ms. */
function openWorkers() {
  const reasons: unknown[] = []
  const stage = openRuntime({
    tools: [
      readTool('work', async ({ n = 0, q }, { signal }) => {
        signal.addEventListener('abort', () => reasons.push((signal.reason as { kind?: unknown }).kind))
        await sleep(stage.clock, n, signal)
        if (q?.startsWith('bad')) throw Object.assign(httpError(400), { message: q })
        return q
      }),
    ],
  })
  return { ...stage, reasons }
}
const work = (n: number, q: string) => ({ tool: 'work', arguments: { n, q } })
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  )

describe('rule 4', () => {
  it('rule 4: in one model turn a failure leaves the others alone, and the turn gives every result in order', async () => {
    const { clock, runtime, reasons } = openWorkers()
    const turn = runtime.dispatchAll([work(30, 'a'), work(1, 'bad'), work(20, 'b')])
    await clock.advance(30)
    expect((await turn).map((result) => result.status)).toEqual(['ok', 'error', 'ok'])
    expect(reasons).toEqual([])
  })

  it('rule 4: a plain scope collects: a failure cancels nobody, and close does not reject for it', async () => {
    const { clock, runtime, reasons } = openWorkers()
    const scope = runtime.scope()
    const calls = [work(30, 'a'), work(1, 'bad')].map((call) => scope.dispatch(call))
    await clock.advance(30)
    expect((await Promise.all(calls.map((call) => resultOf(call)))).map((result) => result.status)).toEqual([
      'ok',
      'error',
    ])
    await scope.close()
    expect(reasons).toEqual([])
  })

  it("rule 4: under 'cancel-siblings' a failure cancels the others, and close rejects with it", async () => {
    const { clock, runtime, reasons } = openWorkers()
    const scope = runtime.scope({ onFailure: 'cancel-siblings' })
    const calls = [work(50, 'a'), work(10, 'bad'), work(60, 'b')].map((call) => scope.dispatch(call))
    await clock.advance(10)
    const results = await Promise.all(calls.map((call) => resultOf(call)))
    expect(results.map((result) => result.status)).toEqual(['cancelled', 'error', 'cancelled'])
    expect(reasons).toEqual(['sibling-failed', 'sibling-failed'])
    expect(results[0]).toMatchObject({ reason: { kind: 'sibling-failed' } })
    const failure = results[1]?.status === 'error' ? results[1].error : undefined
    expect(await failureOf(scope.close())).toBe(failure)
  })

  it("rule 4: under 'cancel-siblings' failures of the same moment are an AggregateError in start order", async () => {
    const failing = readTool('fails', ({ q }) => {
      throw Object.assign(httpError(400), { message: q })
    })
    const { clock, runtime } = openRuntime({ tools: [failing] })
    const scope = runtime.scope({ onFailure: 'cancel-siblings' })
    const calls = ['1', '2', '3'].map((q) => scope.dispatch({ tool: 'fails', arguments: { q } }))
    await clock.advance(1)
    const results = await Promise.all(calls.map((call) => call.result()))
    const real = results.flatMap((result) =>
      result.status === 'error' && result.error.code !== 'RUNTIME_CLOSED' ? [result.error] : [],
    )
    const failure = await failureOf(scope.close())
    expect(failure instanceof AggregateError ? failure.errors : [failure]).toEqual(real)
    expect(results[0]?.status).toBe('error')
  })

  it("rule 4: under 'cancel-siblings' a call that its caller cancelled is no failure", async () => {
    const { clock, runtime, reasons } = openWorkers()
    const scope = runtime.scope({ onFailure: 'cancel-siblings' })
    const [first, second] = [scope.dispatch(work(50, 'a')), scope.dispatch(work(50, 'b'))]
    await clock.advance(1)
    void first.cancel()
    await clock.advance(60)
    expect([(await resultOf(second)).status, reasons]).toEqual(['ok', ['cancelled']])
    await scope.close()
  })

  it("rule 4: under 'cancel-siblings' a call after the failure does not run", async () => {
    const { clock, runtime } = openWorkers()
    const scope = runtime.scope({ onFailure: 'cancel-siblings' })
    void scope.dispatch(work(1, 'bad'))
    await clock.advance(1)
    const late = scope.dispatch(work(1, 'late'))
    await clock.advance(5)
    expect((await resultOf(late)).status).not.toBe('ok')
    await failureOf(scope.close())
  })

  it("rule 4: under 'first-success' the first success cancels the rest, and close resolves", async () => {
    const { clock, runtime, reasons } = openWorkers()
    const scope = runtime.scope({ onFailure: 'first-success' })
    const calls = [work(5, 'bad'), work(10, 'a'), work(60, 'b')].map((call) => scope.dispatch(call))
    await clock.advance(10)
    const results = await Promise.all(calls.map((call) => resultOf(call)))
    expect(results.map((result) => result.status)).toEqual(['error', 'ok', 'cancelled'])
    expect(reasons.length).toBe(1)
    await scope.close()
  })

  it("rule 4: under 'first-success' close rejects when none succeeded", async () => {
    const { clock, runtime } = openWorkers()
    const scope = runtime.scope({ onFailure: 'first-success' })
    const calls = [work(5, 'bad 1'), work(10, 'bad 2')].map((call) => scope.dispatch(call))
    await clock.advance(10)
    const errors = (await Promise.all(calls.map((call) => resultOf(call)))).map((r) =>
      r.status === 'error' ? r.error : r,
    )
    const failure = await failureOf(scope.close())
    expect(failure).toBeInstanceOf(AggregateError)
    expect((failure as AggregateError).errors).toEqual(errors)
  })

  it('rule 4: a parent that returns while a child runs cancels it as superseded, and waits for it', async () => {
    const seen: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', async (_, { signal }) => {
          await sleep(clock, 1_000, signal).catch(() => seen.push((signal.reason as { kind: string }).kind))
          await sleep(clock, 20)
          seen.push('child ended')
        }),
        readTool('parent', async (_, context) => {
          void context.dispatch({ tool: 'child', arguments: {} })
          await sleep(clock, 10)
          return 'parent'
        }),
      ],
    })
    const parent = call('parent')
    void parent.result().then(() => seen.push('parent settled'))
    await clock.advance(29)
    expect([seen, parent.status]).toEqual([['superseded'], 'running'])
    await clock.advance(1)
    expect(seen).toEqual(['superseded', 'child ended', 'parent settled'])
    expect(await resultOf(parent)).toMatchObject({ status: 'ok', output: 'parent' })
  })
})
