import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { limits } from '../contender.ts'

/** What the tool of the pipeline rows takes. */
export interface Forecast {
  readonly city: string
  readonly days: number
  readonly unit: 'celsius' | 'fahrenheit'
}

const schema = jsonSchema<Forecast>({
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 1 },
    days: { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
    unit: { enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city', 'days', 'unit'],
  additionalProperties: false,
})

/** A runtime as an agent has it: validation, exact cache with single-flight, and the four policies; `dispatch` runs it all. */
export function createPipeline(): Runtime {
  const forecast = defineTool({
    name: 'forecast',
    description: 'The weather of the next days',
    inputSchema: schema,
    annotations: { readOnlyHint: true },
    policy: { cache: { ttl: 60_000, scope: 'shared' } },
    execute: async ({ city, days }) => ({ city, days, sky: 'clear' }),
  })
  return createRuntime({
    tools: [forecast],
    policy: {
      concurrency: { max: 64, queue: 1_000 },
      breaker: {},
      retry: { maxAttempts: limits.attempts },
      timeout: { attempt: limits.timeout, total: limits.timeout },
    },
  })
}
