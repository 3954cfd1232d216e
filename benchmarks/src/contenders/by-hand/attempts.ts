import { limits } from '../../contender.ts'
import { Deadlines } from './deadlines.ts'

type Run<In, Out> = (input: In) => Promise<Out>

/** A tool behind a breaker, a limit of calls at once, a timeout and retries, each with no more than it needs. */
export function withPolicies<In, Out>(tool: Run<In, Out>, concurrency: number): Run<In, Out> {
  const attempt = withTimeout(tool)
  const permits = new Permits(concurrency)
  let failures = 0
  let opensAgainAt = 0
  return async (input) => {
    for (let tries = 1; ; tries++) {
      if (failures >= limits.breaker.consecutiveFailures && Date.now() < opensAgainAt)
        throw new Error('The circuit is open')
      if (permits.free > 0) permits.free--
      else await permits.wait()
      try {
        const output = await attempt(input)
        failures = 0
        return output
      } catch (error) {
        failures++
        opensAgainAt = Date.now() + limits.breaker.openFor
        if (tries === limits.attempts) throw error
      } finally {
        permits.release()
      }
      await backOff(tries)
    }
  }
}

function withTimeout<In, Out>(tool: Run<In, Out>): Run<In, Out> {
  const deadlines = new Deadlines(limits.timeout)
  return (input) =>
    new Promise((resolve, reject) => {
      const deadline = deadlines.start(() => reject(new Error('The call took too long')))
      const end = (output: Out) => {
        deadlines.end(deadline)
        resolve(output)
      }
      const fail = (error: unknown) => {
        deadlines.end(deadline)
        reject(error)
      }
      tool(input).then(end, fail)
    })
}

function backOff(tries: number): Promise<void> {
  const { base, max } = limits.backoff
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(max, base * 2 ** tries)))
}

/** A permit goes from one who ends to the one who waits longest. */
class Permits {
  free: number
  #waiting: (() => void)[] = []
  #next = 0

  constructor(count: number) {
    this.free = count
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  release(): void {
    const next = this.#waiting[this.#next]
    if (next === undefined) {
      this.free++
      return
    }
    this.#next++
    if (this.#next === this.#waiting.length) {
      this.#waiting = []
      this.#next = 0
    }
    next()
  }
}
