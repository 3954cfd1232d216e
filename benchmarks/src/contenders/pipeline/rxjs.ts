import { LRUCache } from 'lru-cache'
import { defer, firstValueFrom, type Observable, ReplaySubject, share, tap } from 'rxjs'
import type { CreateContender, ModelCall } from '../../contender.ts'
import { type Forecast, forecast, forecastTool } from '../../forecast.ts'
import { parseForecast } from '../../zod-forecast.ts'
import { createCalls } from '../plain-rxjs.ts'

const { name, cache } = forecastTool

/**
 * The same in RxJS: a call is a cold observable; a shared one that replays is cache and single-flight in one entry; inside
 * it the Subject, `mergeMap`, `timeout` and `retry` of the rows above.
 */
export const create: CreateContender = ({ concurrency }) => {
  const run = shareResults(createCalls(forecast, concurrency))
  const tools = new Map([[name as string, run]])
  const dispatched = ({ tool, arguments: given }: ModelCall) =>
    defer(() => {
      const call = tools.get(tool)
      if (call === undefined) throw new Error(`There is no tool "${tool}"`)
      return call(parseForecast(given))
    })
  return { dispatch: (call) => firstValueFrom(dispatched(call)) }
}

function shareResults(call: (input: Forecast) => Observable<unknown>): (input: Forecast) => Observable<unknown> {
  const results = new LRUCache<string, Observable<unknown>>({ max: cache.entries, ttl: cache.ttl })
  return (input) => {
    const key = JSON.stringify(input)
    const known = results.get(key)
    if (known !== undefined) return known
    const result = call(input).pipe(
      tap({ error: () => results.delete(key) }),
      share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnRefCountZero: false }),
    )
    results.set(key, result)
    return result
  }
}
