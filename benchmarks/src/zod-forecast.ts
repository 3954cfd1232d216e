import { z } from 'zod'
import type { Forecast } from './forecast.ts'

/** The arguments of the forecast as zod says them. */
export const zodForecast: z.ZodType<Forecast, Forecast> = z.strictObject({
  city: z.string().min(1),
  days: z.int().min(1).max(1_000_000_000),
  unit: z.enum(['celsius', 'fahrenheit']),
})

/** Takes what a model wrote, JSON text or an object, in the form of zod that is cheapest. Its keys are in the schema's order. */
export function parseForecast(given: unknown): Forecast {
  const result = zodForecast['~standard'].validate(typeof given === 'string' ? JSON.parse(given) : given)
  if (result instanceof Promise) throw new TypeError('This schema answers at once')
  if (result.issues !== undefined) throw new Error(result.issues.map(({ message }) => message).join('; '))
  return result.value
}
