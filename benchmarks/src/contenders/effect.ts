import { Effect, Schedule, Semaphore } from 'effect'
import { type CreateContender, type Input, limits } from '../contender.ts'

/** Semaphore, timeout and retry; effect has no breaker. A retry waits outside the semaphore, so it holds no permit. */
export const create: CreateContender = ({ tool, concurrency }) => {
  const semaphore = Semaphore.makeUnsafe(concurrency)
  const retry = { times: limits.attempts - 1, schedule: Schedule.jittered(Schedule.exponential(limits.backoff.base)) }
  const program = (input: Input) =>
    Effect.retry(
      semaphore.withPermit(
        Effect.timeout(
          Effect.tryPromise(() => tool(input)),
          limits.timeout,
        ),
      ),
      retry,
    )
  return {
    call: (input) => Effect.runPromise(program(input)),
    start: (input) => Effect.runFork(program(input)),
    register: (input, signal) => Effect.runFork(program(input), { signal }),
  }
}
