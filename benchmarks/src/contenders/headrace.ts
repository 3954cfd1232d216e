import { createRuntime, defineTool, type RuntimeOptions } from '@headrace/core'
import { type Contender, type CreateContender, type Input, limits, type Workload } from '../contender.ts'

/** Takes any input as it is: validation is a row of its own. */
export const acceptAnything = {
  '~standard': { version: 1, vendor: 'benchmarks', validate: (value: unknown) => ({ value: value as Input }) },
} as const

/** Concurrency, breaker, retry and timeout around one tool; everything else at its default. */
export const create: CreateContender = (workload) => createWith({}, workload)

/** The same with more than that. */
export function createWith(
  { policy, ...options }: Pick<RuntimeOptions, 'policy' | 'audit' | 'telemetry'>,
  { tool, concurrency, queue }: Workload,
): Contender {
  const work = defineTool({
    name: 'work',
    description: 'Does the work of one call',
    inputSchema: acceptAnything,
    annotations: { readOnlyHint: true },
    execute: tool,
  })
  const runtime = createRuntime({
    ...options,
    tools: [work],
    policy: {
      ...policy,
      concurrency: { max: concurrency, queue },
      breaker: { consecutiveFailures: limits.breaker.consecutiveFailures, openFor: limits.breaker.openFor },
      retry: { maxAttempts: limits.attempts, backoff: limits.backoff },
      timeout: { attempt: limits.timeout, total: limits.timeout },
    },
  })
  return {
    call: (input) => runtime.call('work', input),
    start: (input) => runtime.call('work', input),
    subscribe: (input, done) => {
      runtime.call$('work', input).subscribe({ complete: done })
    },
    enqueue: (input, priority) => runtime.call('work', input, { priority }),
    register: (input, signal) => runtime.call('work', input, { signal }),
  }
}
