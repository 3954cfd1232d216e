import { trace } from '@opentelemetry/api'
import { LRUCache } from 'lru-cache'
import type { CreateContender, ModelCall, Workload } from '../../contender.ts'
import { forecast, forecastTool } from '../../forecast.ts'
import { parseForecast } from '../../zod-forecast.ts'
import { createPolicies } from '../cockatiel.ts'

const { name, cache } = forecastTool

/**
 * What one puts together today: zod, lru-cache, cockatiel and a span that goes nowhere. A promise in the cache is cache and
 * single-flight in one entry; zod gives its keys in the schema's order, so plain JSON is a canonical key.
 */
export const create: CreateContender = (workload) => {
  const tools = new Map([[name as string, createTool(workload)]])
  const tracer = trace.getTracer('agent')
  const dispatch = async ({ tool, arguments: given }: ModelCall) => {
    const span = tracer.startSpan(`execute_tool ${tool}`)
    try {
      const run = tools.get(tool)
      if (run === undefined) throw new Error(`There is no tool "${tool}"`)
      return await run(given)
    } catch (error) {
      span.recordException(error as Error)
      throw error
    } finally {
      span.end()
    }
  }
  return { dispatch }
}

function createTool(workload: Workload): (given: unknown) => Promise<unknown> {
  const policy = createPolicies(workload, false)
  const results = new LRUCache<string, Promise<unknown>>({ max: cache.entries, ttl: cache.ttl })
  return (given) => {
    const input = parseForecast(given)
    const key = JSON.stringify(input)
    const known = results.get(key)
    if (known !== undefined) return known
    const result = policy.execute(() => forecast(input))
    results.set(key, result)
    result.catch(() => results.delete(key))
    return result
  }
}
