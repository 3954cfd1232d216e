import type { ProgressUpdate } from '../call/call-event.ts'
import type { ToolCall } from '../call/tool-call.ts'
import { asStream } from '../dispatch/as-stream.ts'
import { type Validation, validateInput } from '../dispatch/validate.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { executionError } from '../errors/execution-error.ts'
import { isToolError, type ToolError } from '../errors/tool-error.ts'
import type { Gate, Permit } from '../policies/concurrency/gate.ts'
import type { ScopeTree } from '../scope/scope-child.ts'
import { ScopeNode } from '../scope/scope-node.ts'
import type { CallOptions } from '../tool/call-options.ts'
import type { PendingCall } from '../tool/pending-call.ts'
import { callFromTool, dispatchFromTool } from './child-call.ts'
import { isThenable } from './is-thenable.ts'
import { disposeLate, isEchoOf } from './late-result.ts'
import { readStream } from './output-stream.ts'
import { attemptTimeout, type ErrorPlace, outputInvalid } from './refusal.ts'
import type { Execution } from './execution.ts'
import { ToolContext } from './tool-context.ts'
import type { Deadline, DeadlineOwner } from './timer-lists.ts'

/** What the breaker gave with its admission. */
export interface AttemptPass {
  readonly generation: number
  readonly probe?: string | undefined
}

/**
 * - `running`: the caller waits for it.
 * - `detached`: the caller was answered, by a timeout or a cancel; the work goes on and holds its permit.
 * - `abandoned`: the grace is over; nobody waits any more.
 * - `ended`: the work has really ended.
 */
type Phase = 'running' | 'detached' | 'abandoned' | 'ended'

/** One run of a tool's `execute`, from its start until its work has really ended or is given up. */
export class Attempt implements DeadlineOwner {
  readonly execution: Execution
  readonly number: number
  readonly startedAt: number
  readonly pass: AttemptPass | undefined
  readonly #permit: Permit
  #phase: Phase = 'running'
  #holdsPermit = true
  #limit: Deadline | undefined = undefined
  #idle: Deadline | undefined = undefined
  #controller: AbortController | undefined = undefined
  #reason: unknown = undefined
  #detachedAt = 0
  #children: ScopeNode | undefined = undefined
  #stopStream: (() => void) | undefined = undefined

  constructor(execution: Execution, permit: Permit, pass: AttemptPass | undefined, now: number) {
    this.execution = execution
    this.number = execution.attempts
    this.startedAt = now
    this.pass = pass
    this.#permit = permit
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#phase === 'detached' || this.#phase === 'abandoned') this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get place(): ErrorPlace {
    const { owner, record } = this.execution
    return { tool: record.tool.name, callId: owner.callId, attempts: this.number }
  }

  /** Milliseconds until this attempt is ended at the latest. */
  remainingMs(): number {
    const { engine, owner, policy } = this.execution
    const now = engine.clock.monotonic()
    return Math.max(0, Math.min(owner.remainingMs(now), this.startedAt + policy.timeout.attemptMs - now))
  }

  /** Whether the attempt, or one of its ancestors, holds a permit of the gate. */
  holdsPermitOf(gate: Gate): boolean {
    if (this.#holdsPermit && this.#permit.gate === gate) return true
    return this.execution.owner.parent?.holdsPermitOf(gate) ?? false
  }

  /** Whether the attempt, or one of its ancestors, holds a global permit. */
  holdsGlobal(): boolean {
    if (this.#holdsPermit && this.#permit.gate !== undefined && !this.#permit.skipsGlobal) return true
    return this.execution.owner.parent?.holdsGlobal() ?? false
  }

  run(): void {
    const { engine, policy, record, owner } = this.execution
    const { attemptMs, idleMs } = policy.timeout
    if (attemptMs !== Number.POSITIVE_INFINITY) this.#limit = engine.timers.start(this, this.startedAt, attemptMs)
    if (idleMs !== Number.POSITIVE_INFINITY) this.#idle = engine.timers.start(this, this.startedAt, idleMs)
    let value: unknown
    try {
      value = record.tool.execute(owner.input, new ToolContext(this))
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#take(value)
  }

  /** The caller is answered: the work is told to end, and is given its grace. */
  detach(reason: unknown, now: number): void {
    if (this.#phase !== 'running') return
    const { timers } = this.execution.engine
    const { graceMs } = this.execution.policy.timeout
    this.#phase = 'detached'
    this.#reason = reason
    this.#detachedAt = now
    this.#stopTimers()
    if (graceMs !== Number.POSITIVE_INFINITY) this.#limit = timers.start(this, now, graceMs)
    this.#children?.cancel(isLimit(reason) ? new CancelReason('superseded') : reason)
    this.#controller?.abort(reason)
    this.#stopStream?.()
  }

  onDeadline(deadline: Deadline): void {
    if (this.#phase === 'detached') this.#abandon()
    else if (this.#phase === 'running') this.#timeOut(deadline === this.#idle ? 'idle' : 'attempt')
  }

  progress(update: ProgressUpdate): void {
    if (this.#phase !== 'running') return
    this.#restartIdle(this.execution.engine.clock.monotonic())
    const { owner } = this.execution
    if (owner.isListening) owner.emit({ type: 'progress', ...update })
  }

  callChild(tool: unknown, args: unknown, options: CallOptions | undefined): PendingCall {
    return callFromTool(this, tool, args, options)
  }

  dispatchChild(call: ToolCall, options: CallOptions | undefined): PendingCall {
    return dispatchFromTool(this, call, options)
  }

  /** The scope of the calls that the tool makes. */
  get children(): ScopeNode {
    if (this.#children === undefined) {
      const { owner } = this.execution
      const session = owner.session
      this.#children = new ScopeNode({ parent: owner.scope, held: false, session, tenant: owner.bound().tenant })
      if (this.#phase !== 'running') this.#children.cancel(new CancelReason('superseded'))
    }
    return this.#children
  }

  childTrees(): readonly ScopeTree[] {
    return this.#children?.tree().children ?? []
  }

  /** Gives the permit back; those who wait for it start when the gate is drained. */
  freePermit(now: number): void {
    if (!this.#holdsPermit) return
    this.#holdsPermit = false
    const { gate, skipsGlobal } = this.#permit
    gate?.free(this.execution.policy.concurrency, skipsGlobal, now - this.startedAt)
  }

  /** Lets those start who wait for what this attempt has freed. */
  drain(): void {
    const { gate } = this.#permit
    if (gate === undefined) return
    gate.drain()
    if (this.execution.policy.concurrency.key !== undefined) this.execution.engine.admission.forgetIdle(gate)
  }

  #take(value: unknown): void {
    if (typeof value !== 'object' || value === null) return this.#succeed(value)
    if (isThenable(value)) {
      this.execution.keepContext()
      const settled = value instanceof Promise ? value : Promise.resolve(value)
      settled.then(
        (result) => this.#takeSettled(result),
        (error: unknown) => this.#fail(error),
      )
    } else {
      this.#takeSettled(value)
    }
  }

  #takeSettled(value: unknown): void {
    const stream = asStream(value)
    if (stream === undefined) return this.#succeed(value)
    this.execution.keepContext()
    try {
      const stop = readStream(stream, {
        onValue: (part) => this.#emitOutput(part),
        onEnd: (result) => this.#succeed(result),
        onError: (error) => this.#fail(error),
        onStopped: (late) => this.#endLate(late?.outcome, late?.value),
      })
      this.#stopStream = stop
      if (this.#phase === 'detached' || this.#phase === 'abandoned') stop()
    } catch (error) {
      this.#fail(error)
    }
  }

  #emitOutput(value: unknown): void {
    const { engine, owner } = this.execution
    this.execution.committed = true
    this.#restartIdle(engine.clock.monotonic())
    if (owner.isListening) owner.emit({ type: 'output', attempt: this.number, value })
  }

  #succeed(value: unknown): void {
    if (this.#phase !== 'running') return this.#endLate('ok', value)
    if (this.#waitsForChildren(() => this.#succeed(value))) return
    const { outputSchema } = this.execution.record.tool
    if (outputSchema === undefined) return this.#finish(value)
    const validation = validateInput(outputSchema, value)
    if (isThenable(validation)) validation.then((settled) => this.#finishValidated(settled, value))
    else this.#finishValidated(validation, value)
  }

  #finishValidated(validation: Validation, value: unknown): void {
    if (this.#phase !== 'running') return this.#endLate('ok', value)
    if (validation.issues === undefined) return this.#finish(validation.value)
    this.#finishFailed(outputInvalid(this.place, validation.issues))
  }

  #finish(value: unknown): void {
    this.#end()
    this.execution.onAttemptOk(this, value, this.execution.engine.clock.monotonic())
  }

  #fail(thrown: unknown): void {
    if (this.#phase !== 'running') return this.#endLate('error', thrown)
    if (this.#waitsForChildren(() => this.#fail(thrown))) return
    const { engine, policy } = this.execution
    const now = engine.clock.monotonic()
    const { attemptMs } = policy.timeout
    if (isToolError(thrown) && now >= this.startedAt + attemptMs) {
      // Its child ended with it: the cause is this attempt's own limit, although its timer has yet to fire.
      return this.#finishFailed(this.#timeoutError('attempt', thrown))
    }
    this.#finishFailed(executionError(thrown, { ...this.place, now: engine.clock.now() }))
  }

  #finishFailed(error: ToolError): void {
    this.#end()
    this.execution.onAttemptFail(this, error, { now: this.execution.engine.clock.monotonic(), isDetached: false })
  }

  #timeOut(kind: 'attempt' | 'idle'): void {
    const now = this.execution.engine.clock.monotonic()
    this.detach(new CancelReason('timeout'), now)
    this.execution.onAttemptFail(this, this.#timeoutError(kind), { now, isDetached: true })
  }

  #timeoutError(kind: 'attempt' | 'idle', cause?: unknown): ToolError {
    const { mayRepeat, timeout } = this.execution.policy
    const ms = kind === 'idle' ? timeout.idleMs : timeout.attemptMs
    return attemptTimeout(this.place, { kind, ms, mayRepeat, cause })
  }

  /** A tool that returns while its children run has given them up: they are cancelled, and waited for. */
  #waitsForChildren(resume: () => void): boolean {
    const children = this.#children
    if (children === undefined || children.isEmpty) return false
    children.cancel(new CancelReason('superseded'))
    if (children.isEmpty) return false
    children.whenEmpty(resume)
    return true
  }

  /** The work of a detached run has ended by itself. */
  #endLate(outcome: 'ok' | 'error' | undefined, value: unknown): void {
    if (this.#phase === 'ended' || this.#phase === 'running') return
    if (this.#waitsForChildren(() => this.#endLate(outcome, value))) return
    const wasAbandoned = this.#phase === 'abandoned'
    const { engine } = this.execution
    const now = engine.clock.monotonic()
    this.#end()
    if (outcome !== undefined && !isEchoOf(this.#reason, outcome, value)) {
      const lateByMs = now - this.#detachedAt
      engine.emit({ type: 'late-result', ...this.#envelope(), attempt: this.number, lateByMs, outcome })
      if (outcome === 'ok') disposeLate(value)
    }
    if (wasAbandoned) {
      this.#permit.gate?.endOverdue()
      engine.abandoned -= 1
    }
    this.freePermit(now)
    if (!wasAbandoned) this.execution.onWorkEnd()
    this.drain()
  }

  /** The grace is over: the run is given up, and its permit freed unless too many were given up already. */
  #abandon(): void {
    const { engine, policy } = this.execution
    const now = engine.clock.monotonic()
    const { gate } = this.#permit
    this.#phase = 'abandoned'
    engine.abandoned += 1
    if (gate === undefined || gate.abandon(policy.concurrency)) this.freePermit(now)
    engine.emit({ type: 'call-abandon', ...this.#envelope(), attempt: this.number })
    this.execution.onWorkEnd()
    this.drain()
  }

  #end(): void {
    this.#phase = 'ended'
    this.#stopTimers()
    this.#children?.cancel(new CancelReason('superseded'))
  }

  #stopTimers(): void {
    this.#limit?.cancel()
    this.#idle?.cancel()
  }

  #restartIdle(now: number): void {
    if (this.#idle === undefined) return
    this.#idle.cancel()
    this.#idle = this.execution.engine.timers.start(this, now, this.execution.policy.timeout.idleMs)
  }

  #envelope(): { readonly callId: string; readonly tool: string; readonly at: number } {
    const { engine, owner, record } = this.execution
    return { callId: owner.callId, tool: record.tool.name, at: engine.clock.now() }
  }
}

function isLimit(reason: unknown): boolean {
  return reason instanceof CancelReason && reason.kind === 'timeout'
}
