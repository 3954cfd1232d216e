import type { ProgressUpdate } from '../../call/call-event.ts'
import { asStream } from '../../dispatch/as-stream.ts'
import { type Validation, validateInput } from '../../dispatch/validate.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError, type ToolError } from '../../errors/tool-error.ts'
import type { Gate, Permit } from '../../policies/concurrency/gate.ts'
import { timeoutError } from '../../policies/timeout/timeout-error.ts'
import { lateController } from '../../scope/late-controller.ts'
import type { ScopeTree } from '../../scope/scope-child.ts'
import type { ContextCall, ContextDispatch } from '../../tool/call-context.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import { isThenable } from '../engine/is-thenable.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import { type ErrorPlace, outputInvalid } from '../engine/refusal.ts'
import type { Deadline } from '../engine/timer-lists.ts'
import { AttemptTimes } from './attempt-times.ts'
import { Children } from './children.ts'
import { LateEnd } from './late-end.ts'
import { readStream } from './output-stream.ts'
import { type ContextSource, ToolContext } from './tool-context.ts'

/** What the breaker gave with its admission. */
export interface AttemptPass {
  readonly generation: number
  readonly probe?: string | undefined
  /** This process's own breaker gave it. */
  readonly isLocal?: boolean | undefined
}

/** Whom an attempt tells how it ends. */
export interface AttemptHost extends ExecutionView {
  /** What it is an attempt of. */
  readonly execution: object
  readonly attempts: number
  /** A part of the output is delivered: there is no way back. */
  commit(): void
  /** The attempt goes on when this turn of the event loop is over. */
  keepContext(): void
  onAttemptOk(attempt: Attempt, value: unknown, now: number): void
  /** The end of the work of a detached attempt comes later, by `onWorkEnd`. */
  onAttemptFail(attempt: Attempt, error: ToolError, end: { readonly now: number; readonly isDetached: boolean }): void
  /** Told twice of what was abandoned: when it was, and when it has ended after all. */
  onWorkEnd(wasAbandoned: boolean): void
}

/**
 * - `running`: the caller waits for it.
 * - `detached`: the caller was answered, by a timeout or a cancel; the work goes on and holds its permit.
 * - `abandoned`: the grace is over; nobody waits any more.
 * - `ended`: the work has really ended.
 */
type Phase = 'running' | 'detached' | 'abandoned' | 'ended'

/** One run of a tool's `execute`, from its start until its work has really ended or is given up. */
export class Attempt extends AttemptTimes implements ContextSource, ParentRun {
  readonly host: AttemptHost
  readonly number: number
  readonly pass: AttemptPass | undefined
  readonly permit: Permit
  /** Ends what is kept for as long as the caller waits for this attempt. */
  letGo: (() => void) | undefined = undefined
  #phase: Phase = 'running'
  #holdsPermit: boolean
  #controller: AbortController | undefined
  #children: Children | undefined
  #stopStream: (() => void) | undefined
  #late: LateEnd | undefined
  #serial: number | undefined

  constructor(host: AttemptHost, permit: Permit, pass: AttemptPass | undefined, now: number) {
    super(now)
    this.host = host
    this.number = host.attempts
    this.pass = pass
    this.permit = permit
    this.#holdsPermit = !permit.isBorrowed
  }

  override get owner(): ExecutionView {
    return this.host
  }

  protected override get isRunning(): boolean {
    return this.#phase === 'running'
  }

  get execution(): object {
    return this.host.execution
  }

  get parent(): ParentRun | undefined {
    return this.host.parent
  }

  get priority(): number {
    return this.host.priority
  }

  get signal(): AbortSignal {
    this.#controller ??= lateController(this.#late)
    return this.#controller.signal
  }

  get callChild(): ContextCall {
    return this.#openChildren().call
  }

  get dispatchChild(): ContextDispatch {
    return this.#openChildren().dispatch
  }

  holdsPermitOf(gate: Gate): boolean {
    return (this.#holdsPermit && this.permit.gate === gate) || (this.parent?.holdsPermitOf(gate) ?? false)
  }

  holdsGlobal(): boolean {
    return (this.#holdsPermit && !this.permit.skipsGlobal) || (this.parent?.holdsGlobal() ?? false)
  }

  lender(gate: Gate, isGlobalLimited: boolean): ParentRun | undefined {
    const { gate: own, skipsGlobal } = this.permit
    const lends = own === gate || (isGlobalLimited && !skipsGlobal)
    return this.#holdsPermit && lends ? this : this.parent?.lender(gate, isGlobalLimited)
  }

  get serial(): number {
    this.#serial ??= this.owner.engine.nextSequence()
    return this.#serial
  }

  run(): void {
    const { record, input, follower } = this.owner
    this.startTimers(this.startedAt)
    let value: unknown
    try {
      const context = new ToolContext(this)
      value =
        follower === undefined
          ? record.tool.execute(input, context)
          : follower.run(() => record.tool.execute(input, context), this.number)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#take(value)
  }

  /** The caller is answered: the work is told to end, and is given its grace. */
  detach(reason: unknown, now: number): void {
    if (this.#phase !== 'running') return
    const { engine, policy } = this.owner
    const { graceMs } = policy.timeout
    this.#phase = 'detached'
    this.#late = new LateEnd(reason, now)
    this.letGo?.()
    this.stopTimers()
    this.limit = engine.timers.start(this, now, graceMs)
    const isLimit = reason instanceof CancelReason && reason.kind === 'timeout'
    this.#children?.cancel(isLimit ? new CancelReason('superseded') : reason)
    this.#controller?.abort(reason)
    this.#stopStream?.()
  }

  override onDeadline(deadline: Deadline): void {
    if (this.#phase === 'detached') this.#abandon()
    else if (this.#phase === 'running') this.#timeOut(deadline === this.idle ? 'idle' : 'attempt')
  }

  progress(update: ProgressUpdate): void {
    if (this.#phase !== 'running') return
    this.restartIdle()
    const { owner } = this
    if (owner.isListening) owner.emit({ type: 'progress', ...update })
  }

  requestInput(request: unknown): Promise<unknown> {
    const { engine, scope } = this.owner
    // it ends with the attempt, as calls inside it do
    const { signal } = this.#openChildren()
    this.asks(1)
    const answer = engine.askers.ask(scope, request, signal)
    const resume = (): void => this.asks(-1)
    answer.then(resume, resume)
    return answer
  }

  childTrees(): readonly ScopeTree[] {
    return this.#children?.trees() ?? []
  }

  /** Gives the permit back; those who wait for it start when the gate is drained. */
  freePermit(now: number): void {
    this.permit.tokens?.release()
    if (!this.#holdsPermit) return
    this.#holdsPermit = false
    const { gate, skipsGlobal } = this.permit
    gate.free(this.owner.policy.concurrency, skipsGlobal, now - this.startedAt)
  }

  /** Lets those start who wait for what this attempt has freed. */
  drain(): void {
    const { gate } = this.permit
    gate.drain()
    this.owner.engine.admission.forgetIdle(gate)
  }

  #openChildren(): Children {
    if (this.#children === undefined) {
      this.#children = new Children(this.owner, this)
      if (this.#phase !== 'running') this.#children.cancel(new CancelReason('superseded'))
    }
    return this.#children
  }

  #take(value: unknown): void {
    if (typeof value !== 'object' || value === null) return this.#succeed(value)
    if (!isThenable(value)) return this.#takeSettled(value)
    this.host.keepContext()
    const settled = value instanceof Promise ? value : Promise.resolve(value)
    settled.then(
      (result) => this.#takeSettled(result),
      (error: unknown) => this.#fail(error),
    )
  }

  #takeSettled(value: unknown): void {
    const stream = asStream(value)
    if (stream === undefined) return this.#succeed(value)
    this.host.keepContext()
    try {
      const { follower } = this.owner
      const read = (): (() => void) =>
        readStream(stream, {
          onValue: (part) => this.#emitOutput(part),
          onEnd: (result) => this.#succeed(result),
          onError: (error) => this.#fail(error),
          onStopped: (late) => this.#endLate(late?.outcome, late?.value),
        })
      const stop = follower === undefined ? read() : follower.run(read, this.number)
      this.#stopStream = stop
      if (this.#late !== undefined) stop()
    } catch (error) {
      this.#fail(error)
    }
  }

  #emitOutput(value: unknown): void {
    const { owner } = this
    this.host.commit()
    this.restartIdle()
    if (owner.isListening) owner.emit({ type: 'output', attempt: this.number, value })
  }

  #succeed(value: unknown): void {
    // children that end now may end this call: whether it is late is known only then
    if (this.#children?.wait(() => this.#succeed(value))) return
    if (this.#phase !== 'running') return this.#endLate('ok', value)
    const { outputSchema } = this.owner.record.tool
    if (outputSchema === undefined) return this.#finish(value)
    const validation = validateInput(outputSchema, value)
    if (isThenable(validation)) validation.then((settled) => this.#finishValidated(settled, value))
    else this.#finishValidated(validation, value)
  }

  #finishValidated(validation: Validation, value: unknown): void {
    if (this.#phase !== 'running') return this.#endLate('ok', value)
    if (validation.issues === undefined) return this.#finish(validation.value)
    this.#finishFailed(outputInvalid(this.#place(), validation.issues))
  }

  #finish(value: unknown): void {
    this.#end()
    this.host.onAttemptOk(this, value, this.owner.engine.clock.monotonic())
  }

  #fail(thrown: unknown): void {
    if (this.#children?.wait(() => this.#fail(thrown))) return
    if (this.#phase !== 'running') return this.#endLate('error', thrown)
    const { clock } = this.owner.engine
    if (isToolError(thrown) && this.spentMs() >= this.owner.policy.timeout.attemptMs) {
      // Its child ended with it: the cause is this attempt's own limit, although its timer has yet to fire.
      return this.#finishFailed(this.#timeoutError('attempt', thrown))
    }
    this.#finishFailed(executionError(thrown, { ...this.#place(), now: clock.now() }))
  }

  #finishFailed(error: ToolError): void {
    this.#end()
    this.host.onAttemptFail(this, error, { now: this.owner.engine.clock.monotonic(), isDetached: false })
  }

  #timeOut(kind: 'attempt' | 'idle'): void {
    const now = this.owner.engine.clock.monotonic()
    // a deadline that is no sooner than this limit has no timer of its own
    if (this.owner.remainingMs(now) <= 0) return this.owner.onExpire(now)
    this.detach(new CancelReason('timeout'), now)
    this.host.onAttemptFail(this, this.#timeoutError(kind), { now, isDetached: true })
  }

  #timeoutError(kind: 'attempt' | 'idle', cause?: unknown): ToolError {
    const { mayRepeat, timeout } = this.owner.policy
    return timeoutError(kind, timeout, { ...this.#place(), mayRepeat, cause })
  }

  /** The work of a detached run has ended by itself. */
  #endLate(outcome: 'ok' | 'error' | undefined, value: unknown): void {
    const late = this.#late
    if (late === undefined || this.#phase === 'ended') return
    if (this.#children?.wait(() => this.#endLate(outcome, value))) return
    const wasAbandoned = this.#phase === 'abandoned'
    const { engine } = this.owner
    const now = engine.clock.monotonic()
    this.#end()
    late.tell(this.owner, { attempt: this.number, now, outcome, value })
    if (wasAbandoned) {
      this.permit.gate.endOverdue()
      engine.abandoned -= 1
    }
    this.freePermit(now)
    this.host.onWorkEnd(wasAbandoned)
    this.drain()
  }

  /** The grace is over: the run is given up, and its permit freed unless too many were given up already. */
  #abandon(): void {
    const { engine, policy, callId, record } = this.owner
    const { gate } = this.permit
    this.#phase = 'abandoned'
    engine.abandoned += 1
    if (gate.abandon(policy.concurrency)) this.freePermit(engine.clock.monotonic())
    engine.emit({
      type: 'call-abandon',
      callId,
      tool: record.tool.name,
      at: engine.clock.now(),
      attempt: this.number,
    })
    const finish = (): void => this.host.onWorkEnd(false)
    if (!this.#children?.wait(finish)) finish()
    this.drain()
  }

  #end(): void {
    this.#phase = 'ended'
    this.letGo?.()
    this.stopTimers()
    this.#children?.cancel(new CancelReason('superseded'))
  }

  #place(): ErrorPlace {
    const { callId, record } = this.owner
    return { tool: record.tool.name, callId, attempts: this.number }
  }
}
