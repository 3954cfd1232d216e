import { AsyncResource } from 'node:async_hooks'
import type { Timer } from '@headrace/core'
import type { TimerNote } from '../timer-heap.ts'
import type { SetTimer } from './timeline.ts'

type Callback = (...args: unknown[]) => void
type Clear = (handle?: unknown) => void

/** Node's functions for timers, on a clock of ours. */
export interface NodeTimers {
  readonly setTimeout: (callback: Callback, ms?: number, ...args: unknown[]) => NodeTimer
  readonly setInterval: (callback: Callback, ms?: number, ...args: unknown[]) => NodeTimer
  readonly setImmediate: (callback: Callback, ...args: unknown[]) => NodeTimer
  readonly clearTimeout: Clear
  readonly clearInterval: Clear
  readonly clearImmediate: Clear
}

/** What clears a timer that was set before ours were there. */
export type NativeClears = Readonly<Record<'clearTimeout' | 'clearInterval' | 'clearImmediate', Clear>>

/** Native timers count up from 1, so that no number stands for two of them. */
const firstNumber = 1e12
/** A longer wait is 1 ms in Node. */
const longestTimeout = 2 ** 31 - 1

/** Makes Node's functions for timers over `set`. */
export function createNodeTimers(set: SetTimer, native: NativeClears): NodeTimers {
  const numbers: Numbers = { next: firstNumber, timers: new Map() }
  const start = (plan: Plan): NodeTimer => new NodeTimer(set, plan, numbers)
  const clear =
    (clearNative: Clear): Clear =>
    (handle) => {
      const timer = handle instanceof NodeTimer ? handle : numbers.timers.get(Number(handle))
      if (timer === undefined) clearNative(handle)
      else timer.close()
    }
  return {
    setTimeout: (callback, ms, ...args) => start({ kind: 'setTimeout', callback, ms: toWait(ms), args }),
    setInterval: (callback, ms, ...args) => start({ kind: 'setInterval', callback, ms: toWait(ms), args }),
    setImmediate: (callback, ...args) => start({ kind: 'setImmediate', callback, ms: 0, args }),
    clearTimeout: clear(native.clearTimeout),
    clearInterval: clear(native.clearInterval),
    clearImmediate: clear(native.clearImmediate),
  }
}

interface Plan {
  readonly kind: TimerNote['kind']
  readonly callback: Callback
  readonly ms: number
  readonly args: readonly unknown[]
}

/** The timers that were turned into a number, as browsers have them. */
interface Numbers {
  next: number
  readonly timers: Map<number, NodeTimer>
}

/** What Node's functions for timers return; `ref` and `unref` only remember what was said. */
class NodeTimer {
  readonly #set: SetTimer
  readonly #plan: Plan
  readonly #numbers: Numbers
  readonly #context = new AsyncResource('HeadraceTimer')
  #timer: Timer | undefined
  #number: number | undefined
  #isReferenced = true
  #isClosed = false

  constructor(set: SetTimer, plan: Plan, numbers: Numbers) {
    if (typeof plan.callback !== 'function') {
      throw new TypeError(`${plan.kind}: the callback must be a function, got ${typeof plan.callback}`)
    }
    this.#set = set
    this.#plan = plan
    this.#numbers = numbers
    this.#arm()
  }

  ref(): this {
    this.#isReferenced = true
    return this
  }

  unref(): this {
    this.#isReferenced = false
    return this
  }

  hasRef(): boolean {
    return this.#isReferenced
  }

  /** Starts the wait again, also of a timer that has run. */
  refresh(): this {
    if (this.#isClosed) return this
    this.#timer?.cancel()
    this.#arm()
    return this
  }

  close(): this {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#forgetNumber()
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.toPrimitive](): number {
    this.#number ??= this.#numbers.next++
    if (this.#timer !== undefined) this.#numbers.timers.set(this.#number, this)
    return this.#number
  }

  #arm(): void {
    const { kind, ms, callback } = this.#plan
    this.#timer = this.#set(ms, () => this.#run(), { kind, runs: callback.name })
  }

  #run(): void {
    const { kind, callback, args } = this.#plan
    this.#timer = undefined
    try {
      this.#context.runInAsyncScope(callback, this, ...args)
    } finally {
      if (kind === 'setInterval' && !this.#isClosed && this.#timer === undefined) this.#arm()
      if (this.#timer === undefined) this.#forgetNumber()
    }
  }

  #forgetNumber(): void {
    if (this.#number !== undefined) this.#numbers.timers.delete(this.#number)
  }
}

/** As Node reads a wait: whole milliseconds, and 1 where it is none, too short or too long. */
function toWait(ms: unknown): number {
  const wait = Math.trunc(Number(ms))
  return wait >= 1 && wait <= longestTimeout ? wait : 1
}
