import { AssertionError } from 'node:assert'
import { type Clock, systemClock } from '@headrace/core'
import { createTestClock } from '../test-clock.ts'
import type { ContractCase, ContractSubject, OpenedStore } from './contract.ts'
import { type StallWatch, watchStalls } from './stall-watch.ts'
import { createTrial, NothingToHold } from './trial.ts'
import { createCallerTime, createServerTime, type TrialTime } from './trial-time.ts'

/** No test takes longer; the test runners give up at five seconds. */
const longestMs = 4_000
const { setTimeout: setRealTimer, clearTimeout: clearRealTimer } = globalThis

/** Units of the attempts by a clock that cannot be moved, and of the one after them on a machine that falters. */
const firstUnitsMs = [120, 360]
const lastUnitMs = 360

/** What time passes on, and how to learn that it stood still. */
export interface Machine {
  readonly clock: Clock
  watchStalls(): StallWatch
}

const thisMachine: Machine = { clock: systemClock, watchStalls: () => watchStalls(systemClock) }

/**
 * Makes a store and runs one test on it. Gives why there was nothing to test, where that is so; rejects with an error
 * that begins with the broken sentence.
 *
 * Where time passes by itself, a machine that stands still in the wrong moment looks like a store that is wrong: then the
 * test is made again, on a new store and with more time, and the last word counts.
 */
export async function runCase<Port>(
  subject: ContractSubject<Port>,
  one: ContractCase<Port>,
  machine: Machine = thisMachine,
): Promise<string | undefined> {
  if (subject.clock !== 'server') return runOnce(subject, one)
  for (const unit of firstUnitsMs) {
    const stalls = machine.watchStalls()
    try {
      return await runOnce(subject, one, createServerTime(unit, machine.clock))
    } catch (error) {
      if (stalls.longestMs() < unit / 6) throw error
    } finally {
      stalls.stop()
    }
  }
  return runOnce(subject, one, createServerTime(lastUnitMs, machine.clock))
}

async function runOnce<Port>(
  subject: ContractSubject<Port>,
  { name, run }: ContractCase<Port>,
  serverTime?: TrialTime,
): Promise<string | undefined> {
  const clock = createTestClock()
  const time = serverTime ?? createCallerTime(clock)
  const made = await subject.create({ clock })
  const { store, reopen, dispose } = isOpened(made) ? made : { store: made }
  try {
    await withinTime(run(createTrial({ store, time, reopen })))
    return undefined
  } catch (error) {
    if (error instanceof NothingToHold) return error.message
    throw brokenContract(name, error)
  } finally {
    await dispose?.()
  }
}

// No port has a member of this name.
function isOpened<Port>(made: Port | OpenedStore<Port>): made is OpenedStore<Port> {
  return typeof made === 'object' && made !== null && 'store' in made
}

function brokenContract(sentence: string, error: unknown): Error {
  const isFound = error instanceof AssertionError
  const told = isFound ? error.message : `it threw ${String(error)}`
  const message = `A sentence of the contract does not hold: "${sentence}". ${told}`
  if (!isFound) return new Error(message, { cause: error })
  error.stack = error.stack?.replace(error.message, () => message) ?? message
  error.message = message
  return error
}

async function withinTime(work: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<never>()
  const timer = setRealTimer(() => over.reject(new Error(`no answer within ${longestMs} ms`)), longestMs)
  try {
    await Promise.race([work, over.promise])
  } finally {
    clearRealTimer(timer)
  }
}
