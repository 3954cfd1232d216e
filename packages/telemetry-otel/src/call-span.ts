import type { CallEvent, CallResult, Redactor, StartedCall } from '@headrace/core'
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { attribute } from './attribute.ts'
import type { ResolvedOptions } from './open-telemetry-options.ts'
import { parentContext } from './parent-context.ts'
import { quietly } from './quietly.ts'
import { detailAttributes, endAttributes, errorAttributes, startAttributes } from './span-attributes.ts'

/** What the spans of all calls share. */
export interface SpanPlace {
  readonly tracer: Tracer
  readonly redactor: Redactor
  readonly options: ResolvedOptions
}

/** What a call comes to that has left the queue, and has not run. */
const endsWait: ReadonlySet<CallEvent['type']> = new Set(['breaker-reject', 'retry-wait', 'fallback-use'])

/** The span of one call, its events, and, where they are asked for, the spans of its attempts and waits. */
export class CallSpan {
  readonly #place: SpanPlace
  readonly #tool: Attributes
  readonly #span: Span
  readonly #context: Context
  readonly #isRecording: boolean
  readonly #attempts = new Map<number, Span>()
  #queue: Span | undefined = undefined
  #lastError: Attributes = {}
  #isOver = false

  constructor(place: SpanPlace, call: StartedCall) {
    const { tracer, redactor, options } = place
    const name = call.description === undefined ? 'execute_tool' : `execute_tool ${call.tool}`
    const attributes = startAttributes(call, redactor, options.agentName)
    const around = parentContext(call.metadata)
    this.#place = place
    this.#tool = { [attribute.tool]: attributes[attribute.tool] }
    this.#span = tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, around)
    this.#context = trace.setSpan(around, this.#span)
    this.#isRecording = this.#span.isRecording()
    if (!this.#isRecording) return
    quietly(() => this.#span.setAttributes(detailAttributes(call, redactor, options.capturesArguments)))
  }

  /** Runs the call, or one attempt of it, as what its span is about. */
  run<R>(work: () => R, attempt: number | undefined): R {
    if (attempt === undefined) return context.with(this.#context, work)
    const span = this.#attemptSpan(attempt)
    return span === undefined ? work() : context.with(trace.setSpan(context.active(), span), work)
  }

  next(event: CallEvent): void {
    if (!this.#isRecording) {
      if (event.type === 'call-settle') this.#span.end()
      return
    }
    if (event.type === 'call-queue') this.#enterQueue(event.key)
    else if (event.type === 'attempt-start') this.#leaveQueue()
    else if (event.type === 'call-settle') this.#settle(event.result)
    else {
      if (endsWait.has(event.type)) this.#leaveQueue()
      this.#tell(event)
    }
  }

  #tell(event: CallEvent): void {
    const span = this.#span
    const { redactor } = this.#place
    if (event.type === 'attempt-fail') {
      this.#lastError = errorAttributes(event.error, redactor)
      span.addEvent('headrace.attempt.fail', { [attribute.attempt]: event.attempt, ...this.#lastError })
      this.#endAttempt(event.attempt)
    } else if (event.type === 'retry-wait') {
      const delay = { [attribute.attempt]: event.attempt, [attribute.delay]: event.delayMs / 1000 }
      span.addEvent('headrace.retry', { ...delay, ...this.#lastError })
    } else if (event.type === 'hedge-start') {
      span.addEvent('headrace.hedge', { [attribute.attempt]: event.attempt })
    } else if (event.type === 'fallback-use') {
      span.addEvent('headrace.fallback', errorAttributes(event.error, redactor))
    } else if (event.type === 'limit-wait') {
      span.addEvent('headrace.limiter.wait', { ...this.#keyOf(event), [attribute.delay]: event.delayMs / 1000 })
    } else if (event.type === 'breaker-reject') {
      span.addEvent('headrace.breaker.reject', this.#keyOf(event))
    } else if (event.type === 'approval-wait') {
      span.addEvent('headrace.approval.wait')
    }
  }

  #settle(result: CallResult): void {
    const { redactor, options } = this.#place
    this.#isOver = true
    quietly(() => this.#leaveQueue())
    for (const span of this.#attempts.values()) quietly(() => span.end())
    this.#attempts.clear()
    quietly(() => {
      this.#span.setAttributes(endAttributes(result, redactor, options.capturesResult))
      if (result.status !== 'error') return
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: redactor.text(result.error.message) })
    })
    this.#span.end()
  }

  #attemptSpan(attempt: number): Span | undefined {
    const known = this.#attempts.get(attempt)
    if (known !== undefined) return known
    if (!this.#place.options.hasAttemptSpans || this.#isOver || !this.#isRecording) return undefined
    const span = quietly(() => this.#child('headrace.attempt', { [attribute.attempt]: attempt }))
    if (span !== undefined) this.#attempts.set(attempt, span)
    return span
  }

  #endAttempt(attempt: number): void {
    const span = this.#attempts.get(attempt)
    this.#attempts.delete(attempt)
    span?.setAttributes(this.#lastError)
    span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  }

  #enterQueue(key: string): void {
    if (!this.#place.options.hasQueueSpans) return
    this.#queue ??= this.#child('headrace.queue', this.#keyOf({ key }))
  }

  #leaveQueue(): void {
    this.#queue?.end()
    this.#queue = undefined
  }

  #keyOf({ key }: { readonly key: string }): Attributes {
    return { [attribute.key]: this.#place.redactor.text(key) }
  }

  #child(name: string, attributes: Attributes): Span {
    const all = { ...this.#tool, ...attributes }
    return this.#place.tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes: all }, this.#context)
  }
}
