import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { type CreateContender, limits } from '../../contender.ts'
import { type Forecast, forecast, forecastSchema, forecastTool } from '../../forecast.ts'

const { name, description, cache } = forecastTool

/** A runtime as an agent has it: validation, exact cache with single-flight, and the four policies. */
export const create: CreateContender = ({ concurrency, queue }) => {
  const tool = defineTool({
    name,
    description,
    inputSchema: jsonSchema<Forecast>(forecastSchema),
    annotations: { readOnlyHint: true },
    policy: { cache: { ttl: cache.ttl, scope: 'shared' } },
    execute: forecast,
  })
  const runtime = createRuntime({
    tools: [tool],
    policy: {
      concurrency: { max: concurrency, queue },
      breaker: { consecutiveFailures: limits.breaker.consecutiveFailures, openFor: limits.breaker.openFor },
      retry: { maxAttempts: limits.attempts, backoff: limits.backoff },
      timeout: { attempt: limits.timeout, total: limits.timeout },
    },
  })
  return {
    dispatch: (call) => runtime.dispatch(call),
    message: (calls) => runtime.dispatchAll(calls),
  }
}
