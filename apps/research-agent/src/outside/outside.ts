import type { RuntimeOptions } from '@headrace/core'

/** What the runtime shares with other processes, or tells them. */
export interface Outside {
  /** The options of a runtime that bring it in. */
  readonly runtime: Pick<RuntimeOptions, 'cache' | 'breakers' | 'telemetry'>
  /** Ends it, after the runtime. */
  close(): Promise<void>
}
