import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CacheMeta, CallResult } from '../../call/call-result.ts'
import { bindArguments } from '../../dispatch/bind-arguments.ts'
import { type Validation, validateInput } from '../../dispatch/validate.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { StepBody } from '../engine/call-sink.ts'
import { addObserver, type CallObserver } from '../engine/event-stream.ts'
import { argumentsInvalid, deadlineExceeded, forCall, runtimeClosed, toolNotFound } from '../engine/refusal.ts'
import type { RunningCall } from '../engine/running-call.ts'
import type { SharedRun } from '../engine/shared-run.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'
import { type CachedCall, enterCache } from './cache-stage.ts'
import { CallFrame } from './call-frame.ts'
import { type Answer, type CallOutcome, type Ended, OutcomePromise, settledPromise, toResult } from './call-outcome.ts'
import { fallBack } from './fallback-stage.ts'
import { Flight } from './flight.ts'

/** How the work of a call that ends before it is told so. */
interface Abort {
  readonly reason: unknown
  readonly judge: 'ignored' | 'failure'
}

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
export class Call extends CallFrame implements CachedCall, ScopeChild, DeadlineOwner, RunningCall {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  #outcome: CallOutcome | undefined = undefined
  #endedAt: number | undefined = undefined
  #inScope = false
  /** The call's own limit in milliseconds; undefined until it counts. */
  #limitMs: number | undefined = undefined
  #deadline: Deadline | undefined = undefined
  #observer: CallObserver | undefined = undefined
  #promise: OutcomePromise | undefined = undefined

  override get isListening(): boolean {
    return this.#observer !== undefined || (this.engine.events.observed && this.extras?.isWrapped !== true)
  }

  get status(): 'queued' | 'running' | 'settled' {
    if (this.#outcome !== undefined) return 'settled'
    return this.isQueued || this.extras?.flight?.isQueued ? 'queued' : 'running'
  }

  get settled(): CallResult | undefined {
    if (this.#outcome === undefined) return undefined
    const extras = this.more
    extras.result ??= toResult(this.#outcome, this.#ended())
    return extras.result
  }

  /** Begins; everything that can happen at once does. */
  start(): void {
    const { scope } = this
    const now = this.startedAt
    const signal = this.options?.signal
    if (scope.isClosing) return this.#settle({ error: runtimeClosed(this.place) }, now)
    if (scope.rule.mode !== 'collect') this.more.order = scope.rule.start()
    if (scope.cancelled !== undefined) return this.cancel(scope.cancelled.reason)
    if (signal?.aborted) return this.cancel(signal.reason)
    scope.add(this)
    this.#inScope = true
    if (signal !== undefined) this.more.link = this.engine.signals.join(signal, this)
    if (this.extras?.toolName !== undefined) return this.#settle({ error: this.#notFound() }, now)
    this.#bind(now)
  }

  cancel(reason: unknown): void {
    if (this.#outcome !== undefined) return
    const now = this.engine.clock.monotonic()
    if (reason instanceof CancelReason && reason.kind === 'deadline') this.onExpire(now)
    else this.#settle({ reason }, now, { reason, judge: 'ignored' })
  }

  override onDeadline(deadline: Deadline): void {
    if (deadline !== this.#deadline) return super.onDeadline(deadline)
    this.#deadline = undefined
    this.onExpire(this.engine.clock.monotonic())
  }

  override onExpire(now: number): void {
    // the backend's failure only where the tool's own limit ran out, not a caller's
    const judge = now - this.startedAt >= this.policy.timeout.totalMs ? 'failure' : 'ignored'
    this.#settle({ error: this.#lateError() }, now, { reason: new CancelReason('deadline'), judge })
  }

  override remainingMs(now: number): number {
    const own = this.#limitFrom() + (this.#limitMs ?? Number.POSITIVE_INFINITY)
    const outer = Math.min(this.scope.deadlineAt - now, this.parent?.remainingMs() ?? Number.POSITIVE_INFINITY)
    return Math.min(own - now, outer)
  }

  /** Most calls end within the limit of one attempt: only one that may outlive it, or waits, needs a timer of its own. */
  override watchDeadline(): void {
    const ms = this.#limitMs
    if (this.#deadline !== undefined || this.#outcome !== undefined) return
    if (ms !== undefined && ms !== Number.POSITIVE_INFINITY) {
      this.#deadline = this.engine.timers.start(this, this.#limitFrom(), ms)
    }
  }

  override emit(body: StepBody): void {
    if (this.#outcome !== undefined) return
    const event = { ...body, callId: this.callId, tool: this.toolName, at: this.engine.clock.now() } as CallEvent
    this.#tell(event, this.#observer)
  }

  override onSuccess(output: unknown, now: number): void {
    this.#settle({ output }, now)
  }

  override onFailure(error: ToolError, now: number): void {
    const { fallback } = this.policy
    if (fallback === undefined) return this.#settle({ error }, now)
    this.watchDeadline()
    fallBack(this, fallback, error)
  }

  onFallback(answer: Answer): void {
    if (this.#outcome !== undefined) return
    this.more.isDegraded = 'output' in answer
    this.#settle(answer, this.engine.clock.monotonic())
  }

  onHit(output: unknown, cache: CacheMeta, now: number): void {
    this.more.cache = cache
    if (this.isListening) this.emit({ type: 'cache-hit', cache })
    this.#settle({ output }, now)
  }

  onJoin(flight: SharedRun, cache: CacheMeta): void {
    const extras = this.more
    extras.cache = cache
    if (flight instanceof Flight) extras.flight = flight
    this.watchDeadline()
    if (this.isListening) this.emit({ type: 'cache-hit', cache })
  }

  onTakeOff(flight: Flight): void {
    this.more.flight = flight
  }

  onFlightEnd(answer: Answer, now: number): void {
    if ('output' in answer) this.#settle(answer, now)
    else this.onFailure(forCall(answer.error, { tool: this.toolName, callId: this.callId }), now)
  }

  override onIdle(): void {
    this.#leaveScope()
  }

  beginBeside(): () => void {
    const extras = this.more
    extras.beside += 1
    return () => {
      extras.beside -= 1
      this.#leaveScope()
    }
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    const event = this.#settleEvent()
    if (event === undefined) {
      this.#observer = addObserver(this.#observer, subscriber)
      return
    }
    subscriber.next(event)
    subscriber.complete()
  }

  promise(): Promise<unknown> {
    if (this.#outcome !== undefined && this.#promise === undefined) return settledPromise(this.#outcome)
    this.#promise ??= new OutcomePromise()
    return this.#promise.promise
  }

  whenSettled(resume: () => void): void {
    if (this.#outcome !== undefined) return resume()
    const extras = this.more
    if (extras.onSettle === undefined) extras.onSettle = [resume]
    else extras.onSettle.push(resume)
  }

  whenFinished(resume: () => void): void {
    if (this.#isFinished()) return resume()
    const extras = this.more
    if (extras.onFinish === undefined) extras.onFinish = [resume]
    else extras.onFinish.push(resume)
  }

  tree(): ScopeTree {
    return { kind: 'call', callId: this.callId, tool: this.toolName, status: this.status, children: this.children() }
  }

  #bind(now: number): void {
    if (!this.isDispatch) return this.#validate(this.input ?? {}, now)
    const bound = bindArguments(this.input)
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
    this.input = validation.value
    this.#setLimit(now)
    if (this.remainingMs(now) <= 0) return this.#settle({ error: this.#lateError() }, now)
    const { cache } = this.policy
    if (cache === undefined || !enterCache(this, cache, now)) this.execute(now)
  }

  #limitFrom(): number {
    return this.extras?.limitFrom ?? this.startedAt
  }

  #setLimit(now: number): void {
    const deadline = this.options?.deadline
    const { totalMs } = this.policy.timeout
    this.#limitMs = deadline === undefined ? totalMs : Math.min(totalMs, deadline - this.engine.clock.now())
    if (now !== this.startedAt) this.more.limitFrom = now
  }

  #lateError(): ToolError {
    return deadlineExceeded(this.place, this.policy.mayRepeat)
  }

  #notFound(): ToolError {
    return toolNotFound(this.place, this.engine.registry.nearest(this.toolName))
  }

  #settle(outcome: CallOutcome, now: number, abort?: Abort): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#endedAt = now
    this.#deadline?.cancel()
    const link = this.extras?.link
    if (link !== undefined) this.engine.signals.leave(link)
    if (abort !== undefined) this.#abort(abort, now)
    this.#tellEnd(outcome)
    this.#leaveScope()
  }

  #abort({ reason, judge }: Abort, now: number): void {
    this.abort(reason, now, judge)
    const flight = this.extras?.flight
    if (flight === undefined) return
    flight.leave(this, { reason, now, judge })
    if (flight.isOver) flight.whenIdle(this.beginBeside())
  }

  #tellEnd(outcome: CallOutcome): void {
    const { rule } = this.scope
    const event = this.isListening ? this.#settleEvent() : undefined
    const observer = this.#observer
    const extras = this.extras
    this.#observer = undefined
    if (event !== undefined) this.#tell(event, observer)
    this.#promise?.settle(outcome)
    if (extras === undefined) return
    runAll(extras.onSettle)
    if (extras.order === 0 || extras.isWrapped) return
    if ('output' in outcome) rule.succeed()
    else if ('error' in outcome) rule.fail(extras.order, outcome.error)
  }

  #settleEvent(): CallEvent | undefined {
    const { settled: result } = this
    if (result === undefined) return undefined
    return { type: 'call-settle', callId: this.callId, tool: this.toolName, at: this.engine.clock.now(), result }
  }

  #tell(event: CallEvent, observer: CallObserver | undefined): void {
    if (this.extras?.isWrapped) this.engine.deliverPrivately(event, observer)
    else this.engine.deliver(event, observer)
  }

  #isFinished(): boolean {
    if (this.#outcome === undefined || (this.extras !== undefined && this.extras.beside > 0)) return false
    return this.isIdle
  }

  #leaveScope(): void {
    if (!this.#isFinished()) return
    if (this.#inScope) {
      this.#inScope = false
      this.scope.remove(this)
    }
    if (this.extras !== undefined) runAll(this.extras.onFinish)
  }

  #ended(): Ended {
    const { cache, flight, isDegraded = false } = this.extras ?? {}
    // one who joined a flight made no attempt; the one it was begun for made them all
    const run = flight !== undefined && cache === undefined ? flight : this
    return {
      callId: this.callId,
      tool: this.toolName,
      queuedMs: run.queuedMs,
      durationMs: (this.#endedAt ?? this.startedAt) - this.startedAt,
      attempts: run.attempts,
      cache,
      isDegraded,
    }
  }
}

function runAll(resumes: (() => void)[] | undefined): void {
  if (resumes !== undefined) for (const resume of resumes.splice(0)) resume()
}
