import type { ModelCall } from './contender.ts'

/** What the tool of the pipeline and message rows takes. */
export interface Forecast {
  readonly city: string
  readonly days: number
  readonly unit: 'celsius' | 'fahrenheit'
}

/** Its name, what it says to a model, and how many results of it are kept for how long, in milliseconds. */
export const forecastTool = {
  name: 'forecast',
  description: 'The weather of the next days',
  cache: { ttl: 60_000, entries: 10_000 },
} as const

/** Its arguments as JSON Schema; `zod-forecast.ts` says the same. */
export const forecastSchema = {
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 1 },
    days: { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
    unit: { enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city', 'days', 'unit'],
  additionalProperties: false,
} as const

/** The tool: it has its answer at once. */
export async function forecast({ city, days }: Forecast): Promise<{ city: string; days: number; sky: string }> {
  return { city, days, sky: 'clear' }
}

/** A call of the tool with arguments as an object: each number of days is another call. */
export function objectCall(days: number): ModelCall {
  return { tool: forecastTool.name, arguments: { city: 'Uppsala', days, unit: 'celsius' } }
}

/** The same with arguments as JSON text. */
export function textCall(days: number): ModelCall {
  return { tool: forecastTool.name, arguments: `{"city":"Uppsala","days":${days},"unit":"celsius"}` }
}
