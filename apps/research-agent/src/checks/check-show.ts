import type { RunSummary } from '../summary/run-summary.ts'
import type { Check } from './check.ts'

/** What the three questions must have shown, with the app's own seed: else the demo demonstrates nothing. */
export function checkShow({ causes, breakers, retries, cacheHits, mostAtOnce, wallMs, ownMs }: RunSummary): Check[] {
  const told = Object.entries(causes).map(([cause, times]) => `${cause} ${times}×`)
  const shown = (name: string, isRight: boolean, detail: string): Check => ({ name: `shown: ${name}`, isRight, detail })
  return [
    shown('calls in parallel', mostAtOnce >= 4 && ownMs > wallMs, `${mostAtOnce} at once`),
    shown('retries', retries > 0, `${retries}`),
    shown('a timeout', (causes.TIMEOUT ?? 0) > 0, told.join(', ')),
    shown('cache hits', cacheHits > 0, `${cacheHits}`),
    shown(
      'a breaker that opens and closes again',
      breakers.some(({ opened, closed }) => opened > 0 && closed > 0),
      breakers.map(({ key, opened, closed }) => `${key} ${opened}/${closed}`).join(', ') || 'none',
    ),
  ]
}
