import { randomUUID } from 'node:crypto'
import type { Awaitable, PortOptions } from '@headrace/core'
import { hold } from './hold.ts'
import type { TrialTime } from './trial-time.ts'

/** One test of one store. */
export interface Trial<Port> {
  readonly store: Port
  readonly time: TrialTime
  /** What a call of the port is given at this moment. */
  at(): PortOptions
  /** A name that no test has used before and that no other will use. */
  name(label: string): string
  /** Whether the same data can be opened again. */
  readonly canReopen: boolean
  /** Opens the same data again; throws when the subject does not say how. */
  reopen(): Promise<Port>
  /** Waits until the check passes, for what may be told late; throws as the last check did when it waited long enough. */
  eventually(check: () => Awaitable<void>): Promise<void>
}

/** Thrown by a test that has nothing to test in this store, and says why. */
export class NothingToHold extends Error {}

/** Ends the test, without failing it, unless the store has what it is about. */
export function needs(isThere: boolean, why: string): void {
  if (!isThere) throw new NothingToHold(why)
}

/** What a {@link Trial} is made of. */
export interface TrialParts<Port> {
  readonly store: Port
  readonly time: TrialTime
  readonly reopen?: (() => Awaitable<Port>) | undefined
}

/** A store in the process tells what it has to tell in a moment, one on a server when the message has arrived. */
const patienceMs = { caller: 200, server: 2_000 }
const { setTimeout: setRealTimer } = globalThis

/** Makes a trial. */
export function createTrial<Port>({ store, time, reopen }: TrialParts<Port>): Trial<Port> {
  return {
    store,
    time,
    at: () => ({ now: time.now() }),
    name: (label) => `${label} ${randomUUID()}`,
    canReopen: reopen !== undefined,
    async reopen() {
      hold(reopen !== undefined, 'a store that says it is persistent, durable or shared is created with a reopen()')
      return reopen()
    },
    eventually: (check) => checkUntil(performance.now() + patienceMs[time.clock], check),
  }
}

async function checkUntil(end: number, check: () => Awaitable<void>): Promise<void> {
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await new Promise((resolve) => void setRealTimer(resolve, 5))
  }
}
