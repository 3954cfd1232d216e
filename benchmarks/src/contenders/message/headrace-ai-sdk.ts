import { type WrapToolsOptions, wrapTools } from '@headrace/ai-sdk'
import { createRuntime } from '@headrace/core'
import type { ToolSet } from 'ai'
import { limits, type Workload } from '../../contender.ts'

/** The SDK's own tools in a runtime with the four policies, each with these hints. */
export function wrapped(
  tools: ToolSet,
  { concurrency, queue }: Workload,
  hints: NonNullable<WrapToolsOptions['tools']>[string],
): ToolSet {
  const runtime = createRuntime({
    policy: {
      concurrency: { max: concurrency, queue },
      breaker: { consecutiveFailures: limits.breaker.consecutiveFailures, openFor: limits.breaker.openFor },
      retry: { maxAttempts: limits.attempts, backoff: limits.backoff },
      timeout: { attempt: limits.timeout, total: limits.timeout },
    },
  })
  return wrapTools(tools, runtime, {
    tools: Object.fromEntries(Object.keys(tools).map((name) => [name, { ...hints }])),
  })
}
