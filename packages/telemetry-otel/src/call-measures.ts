import type { CallEvent, CallResult, StartedCall } from '@headrace/core'
import type { Attributes } from '@opentelemetry/api'
import { attribute, other } from './attribute.ts'
import type { Instruments } from './instruments.ts'

/** Measures one call. Only names of tools that are there become attributes: what a model asks for is not bounded. */
export class CallMeasures {
  readonly #instruments: Instruments
  readonly #agentName: string | undefined
  readonly #tool: Attributes

  constructor(instruments: Instruments, call: StartedCall, agentName: string | undefined) {
    this.#instruments = instruments
    this.#agentName = agentName
    this.#tool = { [attribute.tool]: call.description === undefined ? other : call.tool }
  }

  next(event: CallEvent): void {
    if (event.type === 'cache-hit') this.#lookUp(event.cache.layer)
    else if (event.type === 'cache-miss') this.#lookUp('miss')
    else if (event.type === 'limit-wait') this.#instruments.limiterWait.record(event.delayMs / 1000, this.#tool)
    else if (event.type === 'call-settle') this.#settle(event.result)
  }

  #lookUp(layer: string): void {
    this.#instruments.lookups.add(1, { ...this.#tool, [attribute.cacheLayer]: layer })
  }

  #settle(result: CallResult): void {
    const { durationMs, queuedMs, attempts } = result.meta
    const { duration, queueWait, attempts: runs } = this.#instruments
    const attributes: Attributes = { ...this.#tool, [attribute.toolType]: 'function' }
    if (this.#agentName !== undefined) attributes[attribute.agent] = this.#agentName
    if (result.status === 'error') attributes[attribute.errorType] = result.error.code
    duration.record(durationMs / 1000, attributes)
    if (queuedMs > 0) queueWait.record(queuedMs / 1000, this.#tool)
    if (attempts > 0) runs.record(attempts, this.#tool)
  }
}
