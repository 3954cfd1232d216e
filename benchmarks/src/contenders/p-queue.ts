import PQueue from 'p-queue'
import { type CreateContender, limits } from '../contender.ts'

/** Concurrency, priority and timeout; no retry, no breaker. */
export const create: CreateContender = ({ tool, concurrency }) => {
  const queue = new PQueue({ concurrency, timeout: limits.timeout })
  return {
    call: (input) => queue.add(() => tool(input)),
    enqueue: (input, priority) => queue.add(() => tool(input), { priority }),
    register: (input, signal) => queue.add(() => tool(input), { signal }),
  }
}
