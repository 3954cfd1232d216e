import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { frozenCopy, notPlain } from '../../policies/cache/plain-json.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { CacheEntry, CacheKey } from '../../ports/cache-store.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { StepBody } from '../engine/call-sink.ts'
import type { Engine } from '../engine/engine.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import type { FlightWaiter, SharedRun } from '../engine/shared-run.ts'
import type { ResolvedPolicy, ToolRecord } from '../engine/tool-record.ts'
import { Execution } from './execution.ts'

/** What a flight is for. */
export interface FlightPlace {
  /** Names it among the flights of the runtime. */
  readonly id: string
  /** Where its result is stored. */
  readonly key: CacheKey
  readonly now: number
}

/**
 * One execution that serves every equal call which asks while it runs. It lives in the runtime's scope; its context,
 * and where it is nested, are its first caller's; its deadline and priority are the highest of its waiters'. When one
 * waiter leaves, it goes on; when the last one does, it is told to end.
 */
export class Flight extends Execution implements SharedRun, ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  override readonly engine: Engine
  override readonly record: ToolRecord
  override readonly policy: ResolvedPolicy
  override readonly input: unknown
  override readonly callId: string
  override readonly session: string | undefined
  override readonly turn: Turn | undefined
  override readonly parent: ParentRun | undefined
  override readonly scope: ScopeNode
  override readonly idempotencyKey: string
  readonly startedAt: number
  /** No more waiters are taken. */
  isOver = false
  readonly #place: FlightPlace
  readonly #bound: BoundCall
  /** In the order of their coming; the first of them is told every event. */
  readonly #waiters = new Set<FlightWaiter>()
  #inScope = true
  #whenIdle: (() => void)[] = []

  constructor(engine: Engine, first: FlightWaiter, place: FlightPlace) {
    super()
    this.engine = engine
    this.record = first.record
    this.policy = first.policy
    this.input = first.input
    this.callId = first.callId
    this.session = first.session
    this.turn = first.turn
    this.parent = first.parent
    this.scope = engine.root
    this.idempotencyKey = first.idempotencyKey
    this.startedAt = place.now
    this.#place = place
    this.#bound = first.bound()
    this.#waiters.add(first)
    engine.flights.set(place.id, this)
    engine.root.add(this)
  }

  override get toolName(): string {
    return this.record.tool.name
  }

  override get priority(): number {
    return this.#greatest((call) => call.priority)
  }

  override get isListening(): boolean {
    for (const call of this.#waiters) if (call.isListening) return true
    return false
  }

  wouldBlock(parent: ParentRun): boolean {
    const { gate, isQueued } = this
    return isQueued && gate !== undefined && (parent.holdsPermitOf(gate) || parent.holdsGlobal())
  }

  isAncestorOf(parent: ParentRun): boolean {
    for (let run: ParentRun | undefined = parent; run !== undefined; run = run.parent) {
      if (run.execution === this) return true
    }
    return false
  }

  join(waiter: FlightWaiter): void {
    this.#waiters.add(waiter)
    this.raisePriority(waiter.priority)
  }

  /** A waiter was answered otherwise; the last one ends the flight. */
  leave(
    waiter: FlightWaiter,
    end: { readonly reason: unknown; readonly now: number; readonly judge: 'ignored' | 'failure' },
  ): void {
    if (!this.#waiters.delete(waiter) || this.isOver || this.#waiters.size > 0) return
    this.#land()
    this.abort(end.reason, end.now, end.judge)
    this.#leaveScope()
  }

  cancel(reason: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.cancel(reason)
  }

  tree(): ScopeTree {
    const status = this.isQueued ? 'queued' : 'running'
    return { kind: 'call', callId: this.callId, tool: this.toolName, status, children: this.children() }
  }

  override bound(): BoundCall {
    return this.#bound
  }

  override remainingMs(now: number): number {
    return this.#greatest((waiter) => waiter.remainingMs(now))
  }

  override watchDeadline(): void {
    for (const waiter of this.#waiters) waiter.watchDeadline()
  }

  override onExpire(now: number): void {
    for (const waiter of [...this.#waiters]) waiter.onExpire(now)
  }

  /** Progress and outputs reach every waiter; how they come about is told of the first one only. */
  override emit(body: StepBody): void {
    const isShared = body.type === 'progress' || body.type === 'output'
    for (const waiter of [...this.#waiters]) {
      if (waiter.isListening) waiter.emit(body)
      if (!isShared) return
    }
  }

  override onSuccess(value: unknown, now: number): void {
    const kept = frozenCopy(value)
    if (kept === notPlain) this.engine.warn(this.record.tool.name, 'output-not-json')
    else this.#store(kept)
    this.#end({ output: kept === notPlain ? value : kept }, now)
  }

  override onFailure(error: ToolError, now: number): void {
    this.#end({ error }, now)
  }

  override onIdle(): void {
    this.#leaveScope()
  }

  /** Runs `resume` when the work of the flight has ended: at once, if it has. */
  whenIdle(resume: () => void): void {
    if (this.#inScope) this.#whenIdle.push(resume)
    else resume()
  }

  #end(outcome: { readonly output: unknown } | { readonly error: ToolError }, now: number): void {
    this.#land()
    for (const waiter of [...this.#waiters]) waiter.onFlightEnd(outcome, now)
    this.#leaveScope()
  }

  /** The next equal call starts afresh. */
  #land(): void {
    const { id } = this.#place
    this.isOver = true
    if (this.engine.flights.get(id) === this) this.engine.flights.delete(id)
  }

  #leaveScope(): void {
    if (!this.isOver || !this.isIdle || !this.#inScope) return
    this.#inScope = false
    this.engine.root.remove(this)
    for (const resume of this.#whenIdle.splice(0)) resume()
  }

  #store(value: unknown): void {
    const { cache } = this.policy
    if (cache === undefined || cache.ttlMs === 0) return
    const { engine } = this
    const storedAt = engine.clock.now()
    const entry: CacheEntry = { id: engine.entryId(), value, storedAt, expiresAt: storedAt + cache.ttlMs }
    try {
      const stored = engine.cache.set(this.#place.key, entry, {}, { now: storedAt })
      if (typeof stored !== 'boolean') stored.then(undefined, (error: unknown) => engine.storeFailed('cache', error))
      else if (stored && this.isListening) this.emit({ type: 'cache-store' })
    } catch (error) {
      engine.storeFailed('cache', error)
    }
  }

  #greatest(read: (waiter: FlightWaiter) => number): number {
    let greatest: number | undefined
    for (const waiter of this.#waiters) {
      const value = read(waiter)
      if (greatest === undefined || value > greatest) greatest = value
    }
    return greatest ?? 0
  }
}
