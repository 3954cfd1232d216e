import { createRuntime, type Runtime, type RuntimeOptions } from '@headrace/core'
import { onTestFinished } from 'vitest'

/** A runtime that closes with the test, and its events as texts: `id type`. */
export function openRuntime(options: RuntimeOptions = {}): { runtime: Runtime; log: string[] } {
  const runtime: Runtime = createRuntime(options)
  const log: string[] = []
  runtime.events$.subscribe((event) => {
    if (!('callId' in event)) return
    const status = event.type === 'call-settle' ? ` ${event.result.status}` : ''
    log.push(`${event.callId} ${event.type}${status}`)
  })
  onTestFinished(() => runtime.close())
  return { runtime, log }
}
