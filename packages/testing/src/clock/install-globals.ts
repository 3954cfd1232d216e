import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { type FakeMethod, install } from '@sinonjs/fake-timers'
import { createNodeTimers, type NativeClears } from './node-timers.ts'
import type { SetTimer } from './timeline.ts'

/** The time that the globals are to show. */
export interface GlobalsSource {
  /** The wall time at which `performance.now()` is 0. */
  readonly start: number
  now(): number
  readonly set: SetTimer
}

// Left alone are queueMicrotask and process.nextTick: like promises they take no time, and their order among each other
// stays the real one.
const faked: readonly FakeMethod[] = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'Date',
  'performance',
  'hrtime',
  'Intl',
  'Temporal',
]

/** Puts a source of time under the globals until the result is disposed. Throws where timers are faked already. */
export function installGlobals(source: GlobalsSource): Disposable {
  if (Reflect.get(Date, 'isFake') === true) {
    throw new Error(
      'test clock: timers are faked already, by another test clock or by the test runner (vi.useFakeTimers and the like); dispose that one first',
    )
  }
  const undo: (() => void)[] = []
  const restore = (): void => {
    for (const step of undo.splice(0).toReversed()) step()
    syncBuiltinESMExports()
  }
  try {
    undo.push(installTimers(source))
    undo.push(replace(AbortSignal, 'timeout', createAbortTimeout(source.set)))
    const { scheduler } = timersPromises
    undo.push(replace(scheduler, 'wait', (ms, options) => timersPromises.setTimeout(ms, undefined, options)))
    undo.push(replace(scheduler, 'yield', () => timersPromises.setImmediate()))
    // `import { setTimeout } from 'node:timers/promises'` sees what was put in only now.
    syncBuiltinESMExports()
  } catch (error) {
    restore()
    throw error
  }
  return { [Symbol.dispose]: restore }
}

/** fake-timers puts its functions in all the places where Node's are found; what they do is ours. Gives the undoing. */
function installTimers({ start, now, set }: GlobalsSource): () => void {
  const timers = createNodeTimers(set, nativeClears())
  const fake = install({ now: start, toFake: [...faked], ignoreMissingTimers: true })
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = fake
  const its = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate }
  // The functions that it has installed look up those of `fake`, and so do its Date and performance the time.
  Object.assign(fake, timers)
  Object.defineProperty(fake, 'now', { get: () => Math.floor(now()) })
  setPromisified(globalThis.setTimeout, timersPromises.setTimeout)
  setPromisified(globalThis.setImmediate, timersPromises.setImmediate)
  return () => {
    Object.assign(fake, its)
    fake.uninstall()
    // Whoever kept one of the functions stays on the clock.
    Object.assign(fake, timers)
  }
}

function nativeClears(): NativeClears {
  const { clearTimeout, clearInterval, clearImmediate } = globalThis
  return {
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    clearInterval: (handle) => clearInterval(handle as NodeJS.Timeout),
    clearImmediate: (handle) => clearImmediate(handle as NodeJS.Immediate),
  }
}

function setPromisified(target: object, promisified: object): void {
  Object.defineProperty(target, promisify.custom, { value: promisified, configurable: true })
}

/** Gives what `AbortSignal.timeout` is: its real timers lie where no global reaches them. */
function createAbortTimeout(set: SetTimer): typeof AbortSignal.timeout {
  return (ms) => {
    if (!Number.isInteger(ms) || ms < 0) {
      throw new RangeError(`AbortSignal.timeout: ms must be an integer >= 0, got ${ms}`)
    }
    const controller = new AbortController()
    const abort = (): void =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    set(ms, abort, { kind: 'AbortSignal.timeout', runs: '' })
    return controller.signal
  }
}

/** Puts another value in a property and gives what puts the old state back. */
function replace<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key)
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  })
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, key)
    else Object.defineProperty(target, key, before)
  }
}
