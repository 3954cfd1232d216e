import { catchError, defer, EMPTY, mergeMap, Observable, range, retry, Subject, tap, timeout, timer } from 'rxjs'
import { type CreateContender, type Input, input, limits, type Workload } from '../contender.ts'

interface Job {
  readonly input: Input
  readonly next: (value: unknown) => void
  readonly error: (reason: unknown) => void
}

/** The RxJS of a careful user: one Subject into `mergeMap`, inside it defer, timeout and retry, and a breaker by hand. */
export const create: CreateContender = (workload) => {
  const attempt = attemptsOf(workload)
  const jobs = new Subject<Job>()
  jobs.pipe(mergeMap((job) => settle(attempt(job.input), job), workload.concurrency)).subscribe()
  return {
    call: (input) => new Promise((resolve, reject) => jobs.next({ input, next: resolve, error: reject })),
    all: (count) =>
      new Promise<void>((resolve, reject) => {
        const calls = range(0, count).pipe(mergeMap(() => attempt(input), workload.concurrency))
        calls.subscribe({ error: reject, complete: resolve })
      }),
    subscribe: (input, done) => {
      const call = new Observable<unknown>((subscriber) => {
        const next = (value: unknown) => {
          subscriber.next(value)
          subscriber.complete()
        }
        jobs.next({ input, next, error: (reason) => subscriber.error(reason) })
      })
      call.subscribe({ complete: done })
    },
  }
}

function settle(attempts: Observable<unknown>, job: Job): Observable<unknown> {
  return attempts.pipe(
    tap(job.next),
    catchError((error) => {
      job.error(error)
      return EMPTY
    }),
  )
}

function attemptsOf({ tool }: Workload): (input: Input) => Observable<unknown> {
  let failures = 0
  let opensAgainAt = 0
  const guarded = (input: Input) => {
    if (failures >= limits.breaker.consecutiveFailures && Date.now() < opensAgainAt)
      throw new Error('The circuit is open')
    return tool(input)
  }
  const judge = {
    next: () => {
      failures = 0
    },
    error: () => {
      failures++
      opensAgainAt = Date.now() + limits.breaker.openFor
    },
  }
  const wait = (_: unknown, count: number) =>
    timer(Math.min(limits.backoff.max, limits.backoff.base * 2 ** (count - 1)))
  return (input) =>
    defer(() => guarded(input)).pipe(
      timeout({ first: limits.timeout }),
      tap(judge),
      retry({ count: limits.attempts - 1, delay: wait }),
    )
}
