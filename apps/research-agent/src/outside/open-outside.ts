import type { Outside } from './outside.ts'

export interface OutsideOptions {
  /** A Redis server that keeps the cache and the breakers. */
  readonly redis: string | undefined
  /** A collector of telemetry. */
  readonly otel: string | undefined
  /** What the results of calls depend on beside their arguments. */
  readonly about: readonly unknown[]
}

/** Opens what is asked for. Each is loaded only where it is used. */
export async function openOutside({ redis, otel, about }: OutsideOptions): Promise<Outside> {
  const opened: Outside[] = []
  if (redis !== undefined) {
    opened.push((await import('./open-redis-stores.ts')).openRedisStores({ url: redis, about }))
  }
  if (otel !== undefined) opened.push((await import('./open-telemetry-sdk.ts')).openTelemetrySdk(otel))
  return {
    runtime: Object.assign({}, ...opened.map(({ runtime }) => runtime)),
    close: async () => {
      for (const one of opened) await one.close()
    },
  }
}
