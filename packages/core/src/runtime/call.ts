import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../call/call-event.ts'
import type { CacheMeta, CallMeta, CallResult } from '../call/call-result.ts'
import type { BoundCall } from '../call/tool-call.ts'
import { bindArguments } from '../dispatch/bind-arguments.ts'
import { type Validation, validateInput } from '../dispatch/validate.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import type { ToolError } from '../errors/tool-error.ts'
import type { Turn } from '../policies/concurrency/turn.ts'
import type { ScopeChild, ScopeTree } from '../scope/scope-child.ts'
import type { ScopeNode } from '../scope/scope-node.ts'
import type { SignalLink } from '../scope/signal-hub.ts'
import type { Attempt } from './attempt.ts'
import { enterCache } from './cache-stage.ts'
import type { CallRequest } from './call-request.ts'
import type { StepBody } from './call-sink.ts'
import type { Engine } from './engine.ts'
import { Execution, type ExecutionOwner } from './execution.ts'
import { addObserver, type CallObserver } from './event-stream.ts'
import { fallBack } from './fallback-stage.ts'
import type { Flight } from './flight.ts'
import { argumentsInvalid, deadlineExceeded, type ErrorPlace, forCall, runtimeClosed, toolNotFound } from './refusal.ts'
import type { RunningCall } from './running-call.ts'
import type { Deadline, DeadlineOwner } from './timer-lists.ts'
import { policyOfCall, type ResolvedPolicy, type ToolRecord } from './tool-record.ts'

type Outcome = { readonly output: unknown } | { readonly error: ToolError } | { readonly reason: unknown }

type Settlers = [resolve: (output: unknown) => void, reject: (reason: unknown) => void]

/**
 * One call, from look-up to settlement. The stages, in this order:
 *
 * 1. registry look-up, in the constructor
 * 2. argument binding and validation
 * 3. deadline
 * 4. fallback, around all that follows
 * 5. cache and single-flight, a `Flight`
 * 6. retry, around all that follows: an `Execution`
 * 7. the breaker's early reject
 * 8. admission: one bounded priority queue per key
 * 9. the breaker's admission
 * 10. attempt timeout, execution, output validation: an `Attempt`
 *
 * Approval and repeat guard belong between 2 and 3, hedging beside retry, rate tokens into admission.
 */
export class Call implements ExecutionOwner, ScopeChild, DeadlineOwner, RunningCall {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly startedAt: number
  readonly #request: CallRequest
  readonly #sequence: number
  readonly #isKnown: boolean
  #callId: string | undefined
  #input: unknown = undefined
  #bound: BoundCall | undefined = undefined
  #outcome: Outcome | undefined = undefined
  #result: CallResult | undefined = undefined
  #endedAt = 0
  #deadlineAt = Number.POSITIVE_INFINITY
  #limitFrom = 0
  #limitMs = Number.POSITIVE_INFINITY
  #deadline: Deadline | undefined = undefined
  #link: SignalLink | undefined = undefined
  #inScope = false
  #order = 0
  #execution: Execution | undefined = undefined
  #flight: Flight | undefined = undefined
  /** Work beside the execution that has not ended: a fallback, or a flight that this call was the last to leave. */
  #beside = 0
  #cache: CacheMeta | undefined = undefined
  #isDegraded = false
  #observer: CallObserver | undefined = undefined
  #promise: Promise<unknown> | undefined = undefined
  #settlers: Settlers | undefined = undefined
  #onSettle: (() => void)[] | undefined = undefined
  #onFinish: (() => void)[] | undefined = undefined

  constructor(engine: Engine, request: CallRequest) {
    const { options } = request
    const record = engine.recordOf(request.tool)
    this.engine = engine
    this.#request = request
    this.#sequence = engine.nextSequence()
    this.#callId = request.callId
    this.#isKnown = record !== undefined
    this.record = record ?? engine.noTool
    this.policy = options?.policy === undefined ? this.record.policy : policyOfCall(this.record, options.policy)
    this.startedAt = engine.clock.monotonic()
  }

  get callId(): string {
    this.#callId ??= this.engine.callId(this.#sequence)
    return this.#callId
  }

  get toolName(): string {
    const { tool } = this.#request
    return typeof tool === 'string' ? tool : tool.name
  }

  get input(): unknown {
    return this.#input
  }

  get parent(): Attempt | undefined {
    return this.#request.parent
  }

  get scope(): ScopeNode {
    return this.#request.scope
  }

  get turn(): Turn | undefined {
    return this.#request.turn
  }

  get session(): string | undefined {
    return this.#request.options?.session ?? this.#request.scope.session
  }

  get tenant(): string | undefined {
    return this.#request.options?.tenant ?? this.#request.scope.tenant
  }

  get priority(): number {
    return this.#request.options?.priority ?? this.policy.priority ?? this.parent?.execution.owner.priority ?? 0
  }

  get idempotencyKey(): string {
    return this.#request.options?.idempotencyKey ?? `${this.engine.id}-${this.#sequence}`
  }

  get isListening(): boolean {
    return this.#observer !== undefined || (this.engine.events.observed && this.#request.isWrapped !== true)
  }

  get status(): 'queued' | 'running' | 'settled' {
    if (this.#outcome !== undefined) return 'settled'
    const execution = this.#execution ?? this.#flight?.execution
    return execution?.isQueued ? 'queued' : 'running'
  }

  get settled(): CallResult | undefined {
    if (this.#outcome === undefined) return undefined
    this.#result ??= this.#toResult(this.#outcome)
    return this.#result
  }

  get place(): ErrorPlace {
    return { tool: this.toolName, callId: this.callId, attempts: this.#execution?.attempts ?? 0 }
  }

  /** Begins; everything that can happen at once does. */
  start(): void {
    const now = this.startedAt
    const { scope, options } = this.#request
    const { cancelled } = scope
    if (scope.isClosing) return this.#settle({ error: runtimeClosed(this.place) }, now)
    this.#order = scope.rule.start()
    if (cancelled !== undefined) return this.cancel(cancelled.reason)
    if (options?.signal?.aborted) return this.cancel(options.signal.reason)
    scope.add(this)
    this.#inScope = true
    if (options?.signal !== undefined) this.#link = this.engine.signals.join(options.signal, this)
    if (!this.#isKnown) return this.#settle({ error: this.#notFound() }, now)
    this.#bind(now)
  }

  cancel(reason: unknown): void {
    if (this.#outcome !== undefined) return
    const now = this.engine.clock.monotonic()
    if (reason instanceof CancelReason && reason.kind === 'deadline') this.#expire(reason, now)
    else this.#settle({ reason }, now, { reason })
  }

  onDeadline(): void {
    this.#deadline = undefined
    this.#expire(new CancelReason('deadline'), this.engine.clock.monotonic())
  }

  bound(): BoundCall {
    this.#bound ??= {
      callId: this.callId,
      tool: this.toolName,
      arguments: this.#input,
      session: this.session,
      tenant: this.tenant,
      metadata: this.#request.options?.metadata ?? this.#request.metadata ?? {},
    }
    return this.#bound
  }

  remainingMs(now: number): number {
    return this.#deadlineAt - now
  }

  /** Most calls end within the limit of one attempt: only one that may outlive it, or waits, needs a timer of its own. */
  watchDeadline(): void {
    if (this.#deadline !== undefined || this.#limitMs === Number.POSITIVE_INFINITY || this.#outcome !== undefined) return
    this.#deadline = this.engine.timers.start(this, this.#limitFrom, this.#limitMs)
  }

  onExpire(now: number): void {
    this.#expire(new CancelReason('deadline'), now)
  }

  emit(body: StepBody): void {
    if (this.#outcome !== undefined) return
    const event = { ...body, callId: this.callId, tool: this.toolName, at: this.engine.clock.now() } as CallEvent
    this.#deliver(event, this.#observer)
  }

  onSuccess(output: unknown, now: number): void {
    this.#settle({ output }, now)
  }

  onFailure(error: ToolError, now: number): void {
    const { fallback } = this.policy
    if (fallback === undefined) this.#settle({ error }, now)
    else {
      this.watchDeadline()
      fallBack(this, fallback, error)
    }
  }

  /** A fallback has answered, or failed. */
  onFallback(outcome: { readonly output: unknown } | { readonly error: ToolError }): void {
    if (this.#outcome === undefined) this.#isDegraded = 'output' in outcome
    this.#settle(outcome, this.engine.clock.monotonic())
  }

  /** The cache has an answer. */
  onHit(output: unknown, cache: CacheMeta, now: number): void {
    this.#cache = cache
    if (this.isListening) this.emit({ type: 'cache-hit', cache })
    this.#settle({ output }, now)
  }

  /** Waits for a flight: its own, or, with `cache`, one that was running already. */
  joinFlight(flight: Flight, cache: CacheMeta | undefined): void {
    this.#flight = flight
    this.#cache = cache
    this.watchDeadline()
    if (cache !== undefined && this.isListening) this.emit({ type: 'cache-hit', cache })
  }

  onFlightEnd(outcome: { readonly output: unknown } | { readonly error: ToolError }, now: number): void {
    if ('output' in outcome) this.#settle(outcome, now)
    else this.onFailure(forCall(outcome.error, { tool: this.toolName, callId: this.callId }), now)
  }

  onWorkEnd(): void {
    this.#leaveScope()
  }

  /** Counts work beside the execution; gives the function that ends it. */
  beginBeside(): () => void {
    this.#beside += 1
    return () => {
      this.#beside -= 1
      this.#leaveScope()
    }
  }

  /** Runs the call by itself. */
  execute(now: number): void {
    const execution = new Execution(this)
    this.#execution = execution
    execution.start(now)
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    const { settled } = this
    if (settled === undefined) {
      this.#observer = addObserver(this.#observer, subscriber)
      return
    }
    subscriber.next({ type: 'call-settle', callId: this.callId, tool: this.toolName, at: this.engine.clock.now(), result: settled })
    subscriber.complete()
  }

  promise(): Promise<unknown> {
    if (this.#promise === undefined) {
      const outcome = this.#outcome
      if (outcome === undefined) this.#promise = new Promise((...settlers) => void (this.#settlers = settlers))
      else if ('output' in outcome) this.#promise = Promise.resolve(outcome.output)
      else this.#promise = Promise.reject('error' in outcome ? outcome.error : outcome.reason)
    }
    return this.#promise
  }

  whenSettled(resume: () => void): void {
    if (this.#outcome !== undefined) resume()
    else if (this.#onSettle === undefined) this.#onSettle = [resume]
    else this.#onSettle.push(resume)
  }

  whenFinished(resume: () => void): void {
    if (this.#isFinished) resume()
    else if (this.#onFinish === undefined) this.#onFinish = [resume]
    else this.#onFinish.push(resume)
  }

  tree(): ScopeTree {
    return { kind: 'call', callId: this.callId, tool: this.toolName, status: this.status, children: this.#execution?.children() ?? [] }
  }

  #bind(now: number): void {
    const { isDispatch, arguments: given } = this.#request
    if (!isDispatch) return this.#validate(given ?? {}, now)
    const bound = bindArguments(given)
    if (bound.ok) this.#validate(bound.value, now)
    else this.#settle({ error: argumentsInvalid(this.place, bound.issues) }, now)
  }

  #validate(value: unknown, now: number): void {
    const validation = validateInput(this.record.tool.inputSchema, value)
    if (!('then' in validation)) return this.#afterValidation(validation, now)
    validation.then((settled) => {
      if (this.#outcome === undefined) this.#afterValidation(settled, this.engine.clock.monotonic())
    })
  }

  #afterValidation(validation: Validation, now: number): void {
    if (validation.issues !== undefined) {
      return this.#settle({ error: argumentsInvalid(this.place, validation.issues) }, now)
    }
    this.#input = validation.value
    if (!this.#startDeadline(now)) return this.#settle({ error: this.#lateError() }, now)
    const { cache } = this.policy
    if (cache === undefined || !enterCache(this, cache, now)) this.execute(now)
  }

  /** False when the deadline has passed already. A deadline that an outer one brings needs no timer here. */
  #startDeadline(now: number): boolean {
    const { options, scope, parent } = this.#request
    const { totalMs } = this.policy.timeout
    const given = options?.deadline === undefined ? Number.POSITIVE_INFINITY : options.deadline - this.engine.clock.now()
    const outer = Math.min(scope.deadlineAt - now, parent?.remainingMs() ?? Number.POSITIVE_INFINITY)
    const own = Math.min(totalMs, given)
    this.#deadlineAt = now + Math.min(own, outer)
    this.#limitFrom = now
    if (own < outer) this.#limitMs = own
    return own > 0 && outer > 0
  }

  #expire(reason: CancelReason, now: number): void {
    const judge = now - this.startedAt >= this.policy.timeout.totalMs ? 'failure' : 'ignored'
    this.#settle({ error: this.#lateError() }, now, { reason, judge })
  }

  #lateError(): ToolError {
    return deadlineExceeded(this.place, this.policy.mayRepeat)
  }

  #notFound(): ToolError {
    return toolNotFound(this.place, this.engine.registry.nearest(this.toolName))
  }

  #settle(outcome: Outcome, now: number, abort?: { readonly reason: unknown; readonly judge?: 'ignored' | 'failure' }): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#endedAt = now
    this.#deadline?.cancel()
    if (this.#link !== undefined) this.engine.signals.leave(this.#link)
    if (abort !== undefined) this.#abort(abort.reason, now, abort.judge)
    this.#tellEnd()
    this.#leaveScope()
  }

  #abort(reason: unknown, now: number, judge: 'ignored' | 'failure' | undefined): void {
    this.#execution?.abort(reason, now, judge)
    const flight = this.#flight
    if (flight === undefined) return
    flight.leave(this, reason, now)
    if (flight.isOver) flight.whenIdle(this.beginBeside())
  }

  #tellEnd(): void {
    const { scope, isWrapped } = this.#request
    const outcome = this.#outcome
    const observer = this.#observer
    if (this.isListening && this.settled !== undefined) {
      const at = this.engine.clock.now()
      this.#observer = undefined
      this.#deliver({ type: 'call-settle', callId: this.callId, tool: this.toolName, at, result: this.settled }, observer)
    }
    if (this.#settlers !== undefined && outcome !== undefined) settle(this.#settlers, outcome)
    const resumes = this.#onSettle
    this.#onSettle = undefined
    if (resumes !== undefined) for (const resume of resumes) resume()
    if (scope.rule.mode === 'collect' || outcome === undefined || this.#order === 0 || isWrapped) return
    if ('output' in outcome) scope.rule.succeed()
    else if ('error' in outcome) scope.rule.fail(this.#order, outcome.error)
  }

  #deliver(event: CallEvent, observer: CallObserver | undefined): void {
    if (this.#request.isWrapped) this.engine.deliverPrivately(event, observer)
    else this.engine.deliver(event, observer)
  }

  get #isFinished(): boolean {
    return this.#outcome !== undefined && this.#beside === 0 && (this.#execution === undefined || this.#execution.isIdle)
  }

  #leaveScope(): void {
    if (!this.#isFinished) return
    if (this.#inScope) {
      this.#inScope = false
      this.#request.scope.remove(this)
    }
    const resumes = this.#onFinish
    this.#onFinish = undefined
    if (resumes !== undefined) for (const resume of resumes) resume()
  }

  #toResult(outcome: Outcome): CallResult {
    const callId = this.callId
    const tool = this.toolName
    const meta = this.#toMeta()
    if ('output' in outcome) return { status: 'ok', callId, tool, output: outcome.output, meta }
    if ('error' in outcome) return { status: 'error', callId, tool, error: outcome.error, meta }
    return { status: 'cancelled', callId, tool, reason: outcome.reason, meta }
  }

  #toMeta(): CallMeta {
    const execution = this.#execution ?? (this.#cache === undefined ? this.#flight?.execution : undefined)
    return {
      queuedMs: execution?.queuedMs ?? 0,
      durationMs: this.#endedAt - this.startedAt,
      attempts: execution?.attempts ?? 0,
      ...(this.#cache === undefined ? undefined : { cache: this.#cache }),
      ...(this.#isDegraded ? { degraded: true } : undefined),
    }
  }
}

function settle([resolve, reject]: Settlers, outcome: Outcome): void {
  if ('output' in outcome) resolve(outcome.output)
  else reject('error' in outcome ? outcome.error : outcome.reason)
}
