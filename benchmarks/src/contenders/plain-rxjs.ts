import { catchError, defer, EMPTY, mergeMap, Observable, range, retry, Subject, tap, timeout, timer } from 'rxjs'
import { type CreateContender, input, limits } from '../contender.ts'

interface Job<In> {
  readonly input: In
  readonly next: (value: unknown) => void
  readonly error: (reason: unknown) => void
}

/** The RxJS of a careful user: one Subject into `mergeMap`, inside it defer, timeout and retry, and a breaker by hand. */
export const create: CreateContender = (workload) => {
  const attempt = attemptsOf(workload.tool)
  const start = limited(attempt, workload.concurrency)
  return {
    call: (input) => new Promise((next, error) => start({ input, next, error })),
    all: (count) =>
      new Promise<void>((resolve, reject) => {
        const calls = range(0, count).pipe(mergeMap(() => attempt(input), workload.concurrency))
        calls.subscribe({ error: reject, complete: resolve })
      }),
    subscribe: (input, done) => {
      observed(start, input).subscribe({ complete: done })
    },
  }
}

/** The same for any tool: each call an observable, all calls behind one limit. */
export function createCalls<In>(
  tool: (input: In) => Promise<unknown>,
  concurrency: number,
): (input: In) => Observable<unknown> {
  const start = limited(attemptsOf(tool), concurrency)
  return (input) => observed(start, input)
}

function limited<In>(attempt: (input: In) => Observable<unknown>, concurrency: number): (job: Job<In>) => void {
  const jobs = new Subject<Job<In>>()
  jobs.pipe(mergeMap((job) => settle(attempt(job.input), job), concurrency)).subscribe()
  return (job) => jobs.next(job)
}

function observed<In>(start: (job: Job<In>) => void, input: In): Observable<unknown> {
  return new Observable((subscriber) => {
    const next = (value: unknown) => {
      subscriber.next(value)
      subscriber.complete()
    }
    start({ input, next, error: (reason) => subscriber.error(reason) })
  })
}

function settle<In>(attempts: Observable<unknown>, job: Job<In>): Observable<unknown> {
  return attempts.pipe(
    tap(job.next),
    catchError((error) => {
      job.error(error)
      return EMPTY
    }),
  )
}

function attemptsOf<In>(tool: (input: In) => Promise<unknown>): (input: In) => Observable<unknown> {
  let failures = 0
  let opensAgainAt = 0
  const guarded = (input: In) => {
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
