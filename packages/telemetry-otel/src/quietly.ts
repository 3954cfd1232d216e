import { diag } from '@opentelemetry/api'

/** Gives undefined where the SDK behind the API throws, and tells the API's own log: a call has to go on without it. */
export function quietly<R>(run: () => R): R | undefined {
  try {
    return run()
  } catch (error) {
    diag.error('@headrace/telemetry-otel: the SDK threw', error)
    return undefined
  }
}
