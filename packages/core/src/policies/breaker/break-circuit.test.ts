import { concat, defer, EMPTY, NEVER, Observable, of, type Subscription, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { isToolError, type ToolError } from '../../errors/tool-error.ts'
import type { BreakerAdmission, BreakerOutcome, BreakerStore } from '../../ports/breaker-store.ts'
import { breakCircuit } from './break-circuit.ts'
import type { BreakerPolicy } from './breaker-policy.ts'
import type { CircuitOptions } from './circuit/circuit.ts'

/** A backend behind a breaker that one failure opens for 5 s. Time stands still unless `wait` moves it. */
function openTrial(policy: BreakerPolicy = {}, options: Partial<CircuitOptions> = {}) {
  let now = 0
  let runs = 0
  const timers = new Set<() => void>()
  const clock = {
    now: () => now,
    monotonic: () => now,
    setTimer(_ms: number, run: () => void) {
      timers.add(run)
      return { cancel: () => void timers.delete(run) }
    },
  }
  const through = breakCircuit<unknown>(
    { consecutiveFailures: 1, ...policy },
    { key: 'host', clock, random: () => 0.5, ...options },
  )
  const call = (source: Observable<unknown>) => {
    const seen: unknown[] = []
    const counted = defer(() => {
      runs += 1
      return source
    })
    const subscription: Subscription = counted.pipe(through).subscribe({
      next: (value) => seen.push(value),
      error: (error: unknown) => seen.push(error),
      complete: () => seen.push('done'),
    })
    return { seen, subscription }
  }
  const wait = (ms: number) => {
    now += ms
  }
  return { call, timers, runs: () => runs, wait, through }
}

const boom = new Error('boom')
const failing = throwError(() => boom)
const rejectionIn = (seen: readonly unknown[]): ToolError => {
  const [error] = seen
  if (!isToolError(error)) throw new Error(`no rejection: ${String(error)}`)
  return error
}

describe('breakCircuit', () => {
  it('passes values, completion and errors on unchanged', () => {
    const { call } = openTrial({ consecutiveFailures: 5 })
    expect(call(of(1, 2)).seen).toEqual([1, 2, 'done'])
    expect(call(concat(of(1), failing)).seen).toEqual([1, boom])
    expect(call(EMPTY).seen).toEqual(['done'])
  })

  it('takes each subscription as a call, and fails fast with CIRCUIT_OPEN once open', () => {
    const { call, runs, wait } = openTrial({ consecutiveFailures: 3, failureRate: 1 })
    for (let n = 0; n < 3; n += 1) call(failing)
    wait(1_000)
    const error = rejectionIn(call(of(1)).seen)
    expect(runs()).toBe(3)
    expect(error).toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 4_000, details: { key: 'host', state: 'open' } })
    expect(error.cause).toBe(boom)
  })

  it('runs one probe when the time is over, and closes by its success', () => {
    const { call, wait } = openTrial()
    call(failing)
    wait(5_000)
    const probe = call(NEVER)
    expect(rejectionIn(call(of(1)).seen).details).toEqual({ key: 'host', state: 'half-open' })
    probe.subscription.unsubscribe()
    expect(call(of('up')).seen).toEqual(['up', 'done'])
    expect(call(of('up')).seen).toEqual(['up', 'done'])
  })

  it('ignores who unsubscribes, also in the middle of a synchronous source', () => {
    const { call, through, wait } = openTrial()
    call(NEVER).subscription.unsubscribe()
    call(failing)
    wait(5_000)
    const seen: unknown[] = []
    of(1, 2, 3)
      .pipe(through, take(1))
      .subscribe((value) => seen.push(value))
    expect(seen).toEqual([1])
    expect(call(of('up')).seen).toEqual(['up', 'done'])
  })

  it('ignores an abort, and takes a time limit as a failure', () => {
    const { call } = openTrial()
    call(throwError(() => new DOMException('enough', 'AbortError')))
    expect(call(of(1)).seen).toEqual([1, 'done'])
    call(throwError(() => new DOMException('too slow', 'TimeoutError')))
    expect(rejectionIn(call(of(1)).seen).code).toBe('CIRCUIT_OPEN')
  })

  it("ignores the caller's own mistakes", () => {
    const { call } = openTrial()
    call(throwError(() => Object.assign(new Error('no such city'), { status: 404 })))
    expect(call(of(1)).seen).toEqual([1, 'done'])
  })

  it('stays open for the Retry-After of a 503', () => {
    const { call } = openTrial()
    call(throwError(() => Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': '20' } })))
    expect(rejectionIn(call(of(1)).seen).retryAfterMs).toBe(20_000)
  })

  it('judges slow calls by the time until they complete', () => {
    const { call, wait } = openTrial({ slowCallMs: 100, minimumCalls: 1 })
    const late = new Observable((subscriber) => {
      wait(100)
      subscriber.complete()
    })
    call(late)
    expect(rejectionIn(call(of(1)).seen).code).toBe('CIRCUIT_OPEN')
  })

  it("asks the policy's classifier with the last value", () => {
    const outputs: unknown[] = []
    const { call } = openTrial({
      classify(result) {
        outputs.push(result.status === 'ok' ? result.output : result.status)
        return result.status === 'ok' ? 'failure' : 'success'
      },
    })
    call(failing)
    call(of('part', 'whole'))
    expect(outputs).toEqual(['error', 'whole'])
    expect(rejectionIn(call(of(1)).seen)).not.toHaveProperty('cause')
  })

  it('does not grow stacks or chains of causes by rejections', () => {
    const { call, wait } = openTrial({ maxOpenFor: 5_000 })
    const sizes: unknown[] = []
    for (let n = 0; n < 50; n += 1) {
      call(failing)
      const errors = Array.from({ length: 20 }, () => rejectionIn(call(of(1)).seen))
      sizes.push(...errors.map((error) => [error.cause === boom, (error.stack?.length ?? 0) < 4_000, 'cause' in boom]))
      wait(5_000)
    }
    expect(new Set(sizes.map(String))).toEqual(new Set(['true,true,false']))
  })

  it('keeps a breaker for each operator that is made', () => {
    const [first, second] = [openTrial(), openTrial()]
    first.call(failing)
    expect(second.call(of(1)).seen).toEqual([1, 'done'])
  })

  it('refuses wrong options when it is made', () => {
    expect(() => breakCircuit({ failureRate: 2 }, { key: 'host' })).toThrow(/failureRate must be/)
    expect(() => breakCircuit({}, { key: 'host', stor: 1 } as never)).toThrow(/unknown option 'stor'/)
    expect(() => breakCircuit({}, { key: 5 } as never)).toThrow('breakCircuit: key must be a string, got number')
  })
})

describe('breakCircuit with a store', () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

  function openStore(admit: () => BreakerAdmission | Promise<BreakerAdmission>) {
    const outcomes: BreakerOutcome[] = []
    const store: BreakerStore = {
      admit,
      record(key, _rules, outcome) {
        outcomes.push(outcome)
        return Promise.resolve({ key, state: 'closed', generation: 1 })
      },
      renew: () => Promise.resolve(true),
      set: (key) => ({ key, state: 'closed', generation: 1 }),
      peek: () => undefined,
      watch: () => () => undefined,
    }
    return { store, outcomes }
  }

  it('waits for the answer of one that is far away', async () => {
    const { store, outcomes } = openStore(() => Promise.resolve({ admitted: true, generation: 7 }))
    const { call } = openTrial({}, { store, reporter: 'me' })
    const { seen } = call(of(1))
    expect(seen).toEqual([])
    await turn()
    expect(seen).toEqual([1, 'done'])
    expect(outcomes).toMatchObject([{ generation: 7, kind: 'success', reporter: 'me' }])
  })

  it('rejects with what the store tells, its cause included', async () => {
    const { store } = openStore(async () => ({ admitted: false, state: 'open', retryAfterMs: 9, cause: 'elsewhere' }))
    const { seen } = openTrial({}, { store }).call(of(1))
    await turn()
    expect(rejectionIn(seen)).toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 9, cause: { message: 'elsewhere' } })
  })

  it('gives a probe back whose caller left before the answer came', async () => {
    const { store, outcomes } = openStore(() => Promise.resolve({ admitted: true, generation: 1, probe: 'p' }))
    const { call, runs, timers } = openTrial({}, { store })
    call(of(1)).subscription.unsubscribe()
    await turn()
    expect([runs(), timers.size, outcomes.length]).toEqual([0, 0, 1])
    expect(outcomes).toMatchObject([{ kind: 'ignored', probe: 'p' }])
  })

  it('renews a probe while it runs, and no longer', async () => {
    const { store } = openStore(() => ({ admitted: true, generation: 1, probe: 'p' }))
    const { call, timers } = openTrial({}, { store })
    const probe = call(NEVER)
    expect(timers.size).toBe(1)
    probe.subscription.unsubscribe()
    expect(timers.size).toBe(0)
    call(of(1))
    expect(timers.size).toBe(0)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('store away')
      },
    ],
    ['rejects', () => Promise.reject(new Error('store away'))],
  ] as const)('goes on with a breaker of its own where the store %s', async (_how, admit) => {
    const { store, outcomes } = openStore(admit)
    const { call } = openTrial({}, { store })
    call(failing)
    await turn()
    const { seen } = call(of(1))
    await turn()
    expect([rejectionIn(seen).cause, outcomes]).toEqual([boom, []])
  })

  it('lets a store that fails to record fail nothing', async () => {
    const { store } = openStore(() => ({ admitted: true, generation: 1 }))
    const { call } = openTrial({}, { store: { ...store, record: () => Promise.reject(new Error('store away')) } })
    expect(call(of(1)).seen).toEqual([1, 'done'])
    await turn()
  })
})
