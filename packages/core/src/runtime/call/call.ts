import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CacheMeta, CallResult } from '../../call/call-result.ts'
import { bindArguments } from '../../dispatch/bind-arguments.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { StepBody } from '../engine/call-sink.ts'
import { addObserver, type CallObserver } from '../engine/event-stream.ts'
import { argumentsInvalid, deadlineExceeded, forCall, runtimeClosed, toolNotFound } from '../engine/refusal.ts'
import type { RunningCall } from '../engine/running-call.ts'
import type { SharedEnd, SharedRun } from '../engine/shared-run.ts'
import { ApprovalStage, type AskingCall } from './approval-stage.ts'
import { enterCache } from './cache/cache-stage.ts'
import type { CachedCall } from './cache/cached-call.ts'
import { WritingCall } from './cache/writing-call.ts'
import { type Answer, type CallOutcome, type Ended, OutcomePromise, settledPromise, toResult } from './call-outcome.ts'
import { fallBack } from './fallback-stage.ts'
import { Flight } from './flight/flight.ts'
import { repeatEntryOf } from './repeat-entry.ts'
import { validate } from './validation-stage.ts'

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
 * 3. approval, an `ApprovalStage`; a caller's own deadline counts from here on
 * 4. repeat guard, a `RepeatEntry`
 * 5. deadline: the policy's limit begins to count
 * 6. fallback, around all that follows
 * 7. cache and single-flight: a `Flight`, which other calls may share; for a tool that writes, its invalidations
 * 8. retry and hedging, around all that follows: an `Execution`, and a `HedgeStage` with a `HedgeRun` for each extra attempt
 * 9. the breaker's early reject, in `Entrance`
 * 10. admission, in `Entrance`: one bounded priority queue per key, for the permit and the `CallTokens` of rate limits
 *     together; nobody gets in while the key cools down
 * 11. the breaker's admission, in `Passage`
 * 12. attempt timeout, execution, output validation: an `Attempt`
 */
export class Call extends WritingCall implements CachedCall, AskingCall, ScopeChild, RunningCall {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  private outcome: CallOutcome | undefined = undefined
  private endedAt: number | undefined = undefined
  private inScope = false
  private observer: CallObserver | undefined = undefined
  private flight: Flight | undefined = undefined
  private result: CallResult | undefined = undefined
  /** Whom it tells its end; most calls have one at most. */
  private onSettle: (() => void) | (() => void)[] | undefined = undefined
  private ownPromise: OutcomePromise | undefined = undefined

  override get isListening(): boolean {
    return this.observer !== undefined || (this.engine.events.observed && this.extras?.isWrapped !== true)
  }

  override get status(): 'queued' | 'running' | 'settled' {
    if (this.outcome !== undefined) return 'settled'
    if (this.extras?.approval !== undefined) return 'queued'
    return this.isQueued || this.flight?.isQueued ? 'queued' : 'running'
  }

  get settled(): CallResult | undefined {
    if (this.outcome === undefined) return undefined
    this.result ??= toResult(this.outcome, this.ended())
    return this.result
  }

  /** Begins; everything that can happen at once does. */
  start(): void {
    const { scope } = this
    const now = this.startedAt
    const signal = this.options?.signal
    if (scope.isClosing) return this.settle({ error: runtimeClosed(this.place) }, now)
    if (scope.rule.mode !== 'collect') this.more.order = scope.rule.start()
    if (scope.cancelled !== undefined) return this.cancel(scope.cancelled.reason)
    if (signal?.aborted) return this.cancel(signal.reason)
    scope.add(this)
    this.inScope = true
    if (signal !== undefined) this.more.link = this.engine.signals.join(signal, this)
    if (this.extras?.toolName !== undefined) return this.settle({ error: this.notFound() }, now)
    this.bind(now)
  }

  cancel(reason: unknown): void {
    if (this.outcome !== undefined) return
    const now = this.engine.clock.monotonic()
    if (reason instanceof CancelReason && reason.kind === 'deadline') this.onExpire(now)
    else this.settle({ reason }, now, { reason, judge: 'ignored' })
  }

  override onExpire(now: number): void {
    // the backend's failure only where the tool's own limit ran out, not a caller's
    const isOwn = !this.extras?.asking && now - this.limitFrom >= this.totalMs
    const judge = isOwn ? 'failure' : 'ignored'
    this.settle({ error: this.lateError() }, now, { reason: new CancelReason('deadline'), judge })
  }

  override emit(body: StepBody): void {
    if (this.outcome !== undefined) return
    const event = { ...body, callId: this.callId, tool: this.toolName, at: this.engine.clock.now() } as CallEvent
    this.tell(event, this.observer)
  }

  override onOutput(output: unknown, now: number): void {
    this.settle({ output }, now)
  }

  override onError(error: ToolError, now: number): void {
    const { fallback } = this.policy
    if (fallback === undefined || this.remainingMs(now) <= 0) return this.settle({ error }, now)
    this.watchDeadline()
    this.inContext(() => fallBack(this, fallback, error))
  }

  onFallback(answer: Answer): void {
    if (this.outcome !== undefined) return
    this.more.isDegraded = 'output' in answer
    this.settle(answer, this.engine.clock.monotonic())
  }

  waitForOthers(now: number): boolean {
    if (!this.isInTime(now, Number.POSITIVE_INFINITY)) return false
    this.watchDeadline()
    return true
  }

  onValid(input: unknown, now: number): void {
    const { approval } = this.policy
    if (approval === undefined || this.extras?.approval !== undefined) return this.onApproved(input, now)
    this.input = input
    if (!this.waitForOthers(now)) return
    const stage = new ApprovalStage(this)
    this.more.approval = stage
    stage.ask(approval)
  }

  onApproved(input: unknown, now: number): void {
    const { extras } = this
    const { repeat, timeout, cache, fallback } = this.policy
    this.input = input
    // the function that approved saw the arguments before it changed them
    if (extras !== undefined) extras.approval = extras.bound = undefined
    if (repeat !== undefined && this.isRepeated(now)) return
    if (!this.isInTime(now, timeout.totalMs)) return
    // a timer, or the first caller of a flight, may be who ends the attempts
    if (fallback !== undefined) this.captureContext()
    if (cache === undefined || !enterCache(this, cache, now)) this.execute(now)
  }

  onRefused(error: ToolError, now: number): void {
    this.settle({ error }, now)
  }

  onHit(answer: Answer, cache: CacheMeta, now: number): void {
    if (this.isListening) {
      this.more.cache = cache
      this.emit({ type: 'cache-hit', cache })
    }
    if ('output' in answer) return this.settle({ output: answer.output, cache }, now)
    this.more.cache = cache
    this.answer(answer, now)
  }

  onJoin(flight: SharedRun, cache: CacheMeta): void {
    this.more.cache = cache
    if (flight instanceof Flight) this.flight = flight
    this.watchDeadline()
    if (this.isListening) this.emit({ type: 'cache-hit', cache })
  }

  onTakeOff(flight: Flight): void {
    this.flight = flight
  }

  onFlightEnd(end: SharedEnd, now: number): void {
    if (end.cache === undefined) this.answer(end, now)
    else this.onHit(end, end.cache, now)
  }

  override onIdle(): void {
    super.onIdle()
    this.leaveScope()
  }

  beginBeside(): () => void {
    const extras = this.more
    extras.beside += 1
    return () => {
      extras.beside -= 1
      this.leaveScope()
    }
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    const event = this.settleEvent()
    if (event === undefined) {
      this.observer = addObserver(this.observer, subscriber)
      return
    }
    subscriber.next(event)
    subscriber.complete()
  }

  promise(): Promise<unknown> {
    if (this.outcome !== undefined && this.ownPromise === undefined) return settledPromise(this.outcome)
    this.ownPromise ??= new OutcomePromise()
    return this.ownPromise.promise
  }

  whenSettled(resume: () => void): void {
    if (this.outcome !== undefined) return resume()
    const known = this.onSettle
    if (known === undefined) this.onSettle = resume
    else if (typeof known === 'function') this.onSettle = [known, resume]
    else known.push(resume)
  }

  whenFinished(resume: () => void): void {
    if (this.isFinished()) return resume()
    const extras = this.more
    if (extras.onFinish === undefined) extras.onFinish = [resume]
    else extras.onFinish.push(resume)
  }

  tree(): ScopeTree {
    return { kind: 'call', callId: this.callId, tool: this.toolName, status: this.status, children: this.children() }
  }

  private bind(now: number): void {
    if (!this.isDispatch) return validate(this, this.input ?? {}, now)
    const bound = bindArguments(this.input)
    if (bound.ok) validate(this, bound.value, now)
    else this.settle({ error: argumentsInvalid(this.place, bound.issues) }, now)
  }

  private answer(answer: Answer, now: number): void {
    if ('output' in answer) this.settle(answer, now)
    else this.onError(forCall(answer.error, { tool: this.toolName, callId: this.callId }), now)
  }

  /** Asks the repeat guard; where it objects, the call has ended. */
  private isRepeated(now: number): boolean {
    const entry = repeatEntryOf(this)
    const refusal = entry?.refusal(this.place, now)
    if (refusal !== undefined) this.settle({ error: refusal }, now)
    else if (entry !== undefined) this.more.repeat = entry
    return refusal !== undefined
  }

  private isInTime(now: number, totalMs: number): boolean {
    if (this.setLimit(now, totalMs)) return true
    this.settle({ error: this.lateError() }, now)
    return false
  }

  private lateError(): ToolError {
    return deadlineExceeded(this.place, this.policy.mayRepeat)
  }

  private notFound(): ToolError {
    return toolNotFound(this.place, this.engine.registry.nearest(this.toolName))
  }

  private settle(outcome: CallOutcome, now: number, abort?: Abort): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome
    this.endedAt = now
    this.endLimit()
    this.extras?.repeat?.settle(outcome, now)
    const link = this.extras?.link
    if (link !== undefined) this.engine.signals.leave(link)
    if (abort !== undefined) this.abortWork(abort, now)
    this.tellEnd(outcome)
    this.leaveScope()
  }

  private abortWork({ reason, judge }: Abort, now: number): void {
    this.extras?.approval?.end(reason)
    this.abort(reason, now, judge)
    const { flight } = this
    if (flight === undefined) return
    flight.leave(this, { reason, now, judge })
    if (flight.isOver) flight.whenIdle(this.beginBeside())
  }

  private tellEnd(outcome: CallOutcome): void {
    const { rule } = this.scope
    const event = this.isListening ? this.settleEvent() : undefined
    const { observer, extras, onSettle } = this
    this.observer = this.onSettle = undefined
    if (event !== undefined) this.tell(event, observer)
    this.ownPromise?.settle(outcome)
    if (typeof onSettle === 'function') onSettle()
    else runAll(onSettle)
    if (extras === undefined) return
    if (extras.order === 0 || extras.isWrapped) return
    if ('output' in outcome) rule.succeed()
    else if ('error' in outcome) rule.fail(extras.order, outcome.error)
  }

  private settleEvent(): CallEvent | undefined {
    const { settled: result } = this
    if (result === undefined) return undefined
    return { type: 'call-settle', callId: this.callId, tool: this.toolName, at: this.engine.clock.now(), result }
  }

  private tell(event: CallEvent, observer: CallObserver | undefined): void {
    if (this.extras?.isWrapped) this.engine.stream.deliverPrivately(event, observer)
    else this.engine.stream.deliver(event, observer)
  }

  private isFinished(): boolean {
    if (this.outcome === undefined || (this.extras !== undefined && this.extras.beside > 0)) return false
    return this.isIdle
  }

  private leaveScope(): void {
    if (!this.isFinished()) return
    if (this.inScope) {
      this.inScope = false
      this.scope.remove(this)
    }
    if (this.extras !== undefined) runAll(this.extras.onFinish)
  }

  private ended(): Ended {
    const { flight } = this
    const { cache = this.outcome?.cache, isDegraded = false } = this.extras ?? {}
    // one who joined a flight made no attempt; the one it was begun for made them all
    const run = flight !== undefined && cache === undefined ? flight : this
    return {
      callId: this.callId,
      tool: this.toolName,
      queuedMs: run.queuedMs,
      durationMs: (this.endedAt ?? this.startedAt) - this.startedAt,
      attempts: run.attempts,
      cache,
      isDegraded,
    }
  }
}

function runAll(resumes: (() => void)[] | undefined): void {
  if (resumes !== undefined) for (const resume of resumes.splice(0)) resume()
}
