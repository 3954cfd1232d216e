import type { Awaitable } from '@headrace/core'
import type { TestClock } from '../test-clock.ts'
import type { Trial } from './trial.ts'
import type { ContractClock } from './trial-time.ts'

/** What `create` is given. */
export interface ContractSetting {
  /** The time of this test, for a store that takes a Clock. It stands still until the test moves it. */
  readonly clock: TestClock
}

/** A store under test, where more has to be said than the store itself. */
export interface OpenedStore<Port> {
  readonly store: Port
  /**
   * Opens the same data again, as another process does. Where the store says that it is shared, the first one goes on
   * beside it; otherwise it is not used any more. What says that it is persistent, durable or shared has to have it.
   */
  reopen?(): Awaitable<Port>
  /** Ends what was opened, after the test. */
  dispose?(): Awaitable<void>
}

/** Whose contract is tested. */
export interface ContractSubject<Port> {
  /** Makes what is tested, once for each test. It may go to a server that all tests share: names are never used twice. */
  create(setting: ContractSetting): Awaitable<Port | OpenedStore<Port>>
  /**
   * 'caller' (default): the store goes by the `now` that it is told, and tests take no time. 'server': it goes by a clock
   * of its own, and tests wait, a second or two the longest.
   */
  readonly clock?: ContractClock
  /** Stands in the test's title; the name of the port when it is not given. */
  readonly title?: string
}

/** A sentence of a port's contract, as a test. */
export interface ContractCase<Port> {
  /** The sentence. */
  readonly name: string
  /** Rejects when the store does not keep the sentence. */
  run(trial: Trial<Port>): Promise<void>
}

/** The contract of a port. */
export interface Contract<Port> {
  readonly port: string
  readonly cases: readonly ContractCase<Port>[]
}

/** Where tests are registered: vitest's, node:test's, jest's or mocha's `describe` and `it`. */
export interface TestRunner {
  /** Groups the tests that `register` registers, at once. */
  describe(title: string, register: () => void): unknown
  /** Registers a test. */
  it(title: string, run: () => Promise<void>): unknown
}
