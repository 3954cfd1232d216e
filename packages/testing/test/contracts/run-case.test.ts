import type { Clock } from '@headrace/core'
import { describe, expect, it, vi } from 'vitest'
import type { Contract, ContractCase, ContractSubject } from '../../src/contracts/contract.ts'
import { hold, holdEqual } from '../../src/contracts/hold.ts'
import { register, withoutSkip } from '../../src/contracts/register.ts'
import { runCase } from '../../src/contracts/run-case.ts'
import { watchStalls } from '../../src/contracts/stall-watch.ts'
import { needs } from '../../src/contracts/trial.ts'
import { hurriedMachine } from './hurried-machine.ts'

interface Counter {
  count(): number
}

const counter: Counter = { count: () => 1 }
const counts: ContractCase<Counter> = {
  name: 'it counts from one',
  run: async ({ store }) => holdEqual(store.count(), 1, 'the first number'),
}
const failing = (error: unknown): ContractCase<Counter> => ({ name: 'it holds', run: () => Promise.reject(error) })

describe('a test of a contract', () => {
  it('passes where the sentence holds', async () => {
    expect(await runCase({ create: () => counter }, counts)).toBeUndefined()
  })

  it('says which sentence is broken, what was expected and what was seen', async () => {
    await expect(runCase({ create: () => ({ count: () => 2 }) }, counts)).rejects.toThrow(
      'A sentence of the contract does not hold: "it counts from one". the first number: expected 1, got 2',
    )
    const seen = { ...counts, run: async () => hold(false, 'it is small', { size: 9 }) }
    await expect(runCase({ create: () => counter }, seen)).rejects.toThrow('it is small, got { size: 9 }')
  })

  it('shows what the store threw, with the error as cause', async () => {
    const cause = new RangeError('too small')
    const error: unknown = await runCase({ create: () => counter }, failing(cause)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringContaining('it threw RangeError: too small'), cause })
  })

  it('says why there is nothing to test', async () => {
    const leases = { ...counts, run: async () => needs(false, 'it has no leases') }
    expect(await runCase({ create: () => counter }, leases)).toBe('it has no leases')
  })

  it('makes a store of its own, with a clock that stands still, and disposes of it also when it fails', async () => {
    const dispose = vi.fn()
    const clocks = new Set<unknown>()
    const subject: ContractSubject<Counter> = {
      create({ clock }) {
        clocks.add(clock)
        return { store: { count: () => clock.now() - Date.UTC(2026, 0, 1) }, dispose }
      },
    }
    const passes: ContractCase<Counter> = {
      name: 'its time is that of the trial',
      async run({ store, time }) {
        await time.pass(70)
        holdEqual(store.count(), 70, 'what has passed')
      },
    }
    await runCase(subject, passes)
    await expect(runCase(subject, counts)).rejects.toThrow('got 0')
    expect([clocks.size, dispose.mock.calls.length]).toEqual([2, 2])
  })

  it('fails where a store has to be opened again and cannot be', async () => {
    const opens: ContractCase<Counter> = { name: 'it is kept', run: async ({ reopen }) => void (await reopen()) }
    await expect(runCase({ create: () => counter }, opens)).rejects.toThrow('is created with a reopen()')
    const other: unknown[] = []
    const subject = {
      create: () => ({
        store: counter,
        reopen() {
          other.push(counter)
          return counter
        },
      }),
    }
    await runCase(subject, opens)
    expect(other).toHaveLength(1)
  })
})

describe('a test that goes by the clock of a server', () => {
  /** Runs a test that always fails, on a machine that stood still for so long in each attempt; gives their units. */
  async function unitsOf(standstillsMs: readonly number[]): Promise<number[]> {
    const units: number[] = []
    const stop = vi.fn()
    const watchStalls = () => ({ longestMs: () => standstillsMs[units.length - 1] ?? 0, stop })
    const wrong: ContractCase<Counter> = {
      name: 'it is in time',
      async run({ time }) {
        units.push(time.unit)
        throw new Error('it was late')
      },
    }
    const machine = { ...hurriedMachine(), watchStalls }
    await expect(runCase({ clock: 'server', create: () => counter }, wrong, machine)).rejects.toThrow('it was late')
    expect(stop).toHaveBeenCalledTimes(Math.min(units.length, 2))
    return units
  }

  it('fails at once where the machine did not stand still', async () => {
    expect(await unitsOf([19])).toEqual([120])
  })

  it('is made again with more time where it did, and the last word counts', async () => {
    expect(await unitsOf([20, 59])).toEqual([120, 360])
    expect(await unitsOf([500, 500, 500])).toEqual([120, 360, 360])
  })

  it('passes where a later attempt does', async () => {
    let runs = 0
    const late: ContractCase<Counter> = {
      name: 'it is in time',
      async run() {
        runs += 1
        holdEqual(runs, 2, 'the attempt')
      },
    }
    const machine = { ...hurriedMachine(), watchStalls: () => ({ longestMs: () => 100, stop() {} }) }
    await runCase({ clock: 'server', create: () => counter }, late, machine)
    expect(runs).toBe(2)
  })
})

describe('watching for standstills', () => {
  /** A clock whose timers come when the test says so. */
  function openWatch() {
    let time = 1_000
    const timers = new Set<() => void>()
    const clock: Clock = {
      now: () => time,
      monotonic: () => time,
      setTimer(_, run) {
        timers.add(run)
        return { cancel: () => timers.delete(run) }
      },
    }
    const pass = (ms: number): void => {
      time += ms
    }
    const tick = (): void => {
      const [run] = timers
      if (run) timers.delete(run)
      run?.()
    }
    return { watch: watchStalls(clock), timers, pass, tick }
  }

  it('finds none while its timers come in time', () => {
    const { watch, pass, tick } = openWatch()
    for (let count = 0; count < 10; count += 1) {
      pass(5)
      tick()
    }
    expect(watch.longestMs()).toBe(0)
  })

  it('finds one between two timers, before the first and after the last', () => {
    const { watch, pass, tick } = openWatch()
    pass(45)
    expect(watch.longestMs()).toBe(40)
    pass(75)
    tick()
    expect(watch.longestMs()).toBe(70)
    pass(105)
    expect(watch.longestMs()).toBe(100)
  })

  it('leaves no timer', () => {
    const { watch, timers, tick } = openWatch()
    tick()
    expect(timers.size).toBe(1)
    watch.stop()
    expect(timers.size).toBe(0)
  })
})

describe('registering a contract', () => {
  const contract: Contract<Counter> = {
    port: 'Counter',
    cases: [counts, { name: 'it has leases', run: async () => needs(false, 'it has no leases') }],
  }

  it('gives the runner a test for each sentence, under the title', async () => {
    const titles: string[] = []
    const runs: (() => Promise<void>)[] = []
    const runner = {
      describe(title: string, tests: () => void) {
        titles.push(title)
        tests()
      },
      it(title: string, run: () => Promise<void>) {
        titles.push(title)
        runs.push(run)
      },
    }
    register(contract, { create: () => counter }, withoutSkip(runner))
    register(contract, { create: () => ({ count: () => 2 }), title: 'a bad counter' }, withoutSkip(runner))
    expect(titles).toEqual([
      ...['Counter', 'it counts from one', 'it has leases'],
      ...['a bad counter', 'it counts from one', 'it has leases'],
    ])
    // A runner may look at the parameters of what it runs: jest takes one for a callback.
    expect(runs.map((run) => run.length)).toEqual([0, 0, 0, 0])
    const ends = await Promise.allSettled(runs.map((run) => run()))
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('tells a runner that can skip why there is nothing to test', async () => {
    const skipped: string[] = []
    const runs: Promise<void>[] = []
    register(
      contract,
      { create: () => counter },
      {
        describe: (_, tests) => tests(),
        it: (_, run) => runs.push(run((why) => skipped.push(why))),
      },
    )
    await Promise.all(runs)
    expect(skipped).toEqual(['it has no leases'])
  })
})
