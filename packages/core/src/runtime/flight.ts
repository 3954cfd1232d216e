import type { BoundCall } from '../call/tool-call.ts'
import type { ToolError } from '../errors/tool-error.ts'
import { frozenCopy, notPlain } from '../policies/cache/plain-json.ts'
import type { Turn } from '../policies/concurrency/turn.ts'
import type { CacheEntry, CacheKey } from '../ports/cache-store.ts'
import type { ScopeChild, ScopeTree } from '../scope/scope-child.ts'
import type { ScopeNode } from '../scope/scope-node.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import type { StepBody } from './call-sink.ts'
import type { Engine } from './engine.ts'
import { Execution, type ExecutionOwner } from './execution.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/**
 * One execution that serves every equal call which asks while it runs. It lives in the runtime's scope; its context,
 * and where it is nested, are its first caller's; its deadline and priority are the highest of its waiters'. When one
 * waiter leaves, it goes on; when the last one does, it is told to end.
 */
export class Flight implements ExecutionOwner, ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly callId: string
  readonly session: string | undefined
  readonly turn: Turn | undefined
  readonly parent: Attempt | undefined
  readonly scope: ScopeNode
  readonly idempotencyKey: string
  readonly startedAt: number
  readonly execution: Execution
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly input: unknown
  readonly #id: string
  readonly #key: CacheKey
  readonly #bound: BoundCall
  /** In the order of their coming; the first of them is told every event. */
  readonly #waiters = new Set<Call>()
  /** No more waiters are taken. */
  isOver = false
  #inScope = true
  readonly #whenIdle: (() => void)[] = []

  constructor(engine: Engine, first: Call, place: { readonly id: string; readonly key: CacheKey; readonly now: number }) {
    this.engine = engine
    this.record = first.record
    this.policy = first.policy
    this.input = first.input
    this.#id = place.id
    this.#key = place.key
    this.callId = first.callId
    this.session = first.session
    this.turn = first.turn
    this.parent = first.parent
    this.scope = engine.root
    this.idempotencyKey = first.idempotencyKey
    this.startedAt = place.now
    this.#bound = first.bound()
    this.execution = new Execution(this)
    this.#waiters.add(first)
    engine.flights.set(place.id, this)
    engine.root.add(this)
  }

  get priority(): number {
    return this.#greatest((call) => call.priority, 0)
  }

  get isListening(): boolean {
    for (const call of this.#waiters) if (call.isListening) return true
    return this.engine.events.observed
  }

  /** Whether a nested call would wait here for a permit that its own ancestor holds. */
  wouldBlock(parent: Attempt): boolean {
    const { gate, isQueued } = this.execution
    return isQueued && gate !== undefined && (parent.holdsPermitOf(gate) || parent.holdsGlobal())
  }

  /** Whether the flight was begun for this attempt's call or for one around it: joining it would wait for itself. */
  isAncestorOf(parent: Attempt): boolean {
    for (let attempt: Attempt | undefined = parent; attempt !== undefined; attempt = attempt.execution.owner.parent) {
      if (attempt.execution === this.execution) return true
    }
    return false
  }

  join(call: Call): void {
    this.#waiters.add(call)
    this.execution.raisePriority(call.priority)
  }

  /** A waiter was answered otherwise; the last one ends the flight. */
  leave(call: Call, reason: unknown, now: number): void {
    if (!this.#waiters.delete(call) || this.isOver || this.#waiters.size > 0) return
    this.#land()
    this.execution.abort(reason, now)
    this.#leaveScope()
  }

  cancel(reason: unknown): void {
    for (const call of [...this.#waiters]) call.cancel(reason)
  }

  tree(): ScopeTree {
    const status = this.execution.isQueued ? 'queued' : 'running'
    return { kind: 'call', callId: this.callId, tool: this.record.tool.name, status, children: this.execution.children() }
  }

  bound(): BoundCall {
    return this.#bound
  }

  remainingMs(now: number): number {
    return this.#greatest((call) => call.remainingMs(now), 0)
  }

  watchDeadline(): void {
    for (const call of this.#waiters) call.watchDeadline()
  }

  onExpire(now: number): void {
    for (const call of [...this.#waiters]) call.onExpire(now)
  }

  emit(body: StepBody): void {
    const shared = body.type === 'progress' || body.type === 'output'
    for (const call of [...this.#waiters]) {
      call.emit(body)
      if (!shared) return
    }
  }

  onSuccess(value: unknown, now: number): void {
    this.#land()
    const kept = frozenCopy(value)
    if (kept === notPlain) this.engine.warn(this.record.tool.name, 'output-not-json')
    else this.#store(kept)
    const output = kept === notPlain ? value : kept
    for (const call of [...this.#waiters]) call.onFlightEnd({ output }, now)
    this.#leaveScope()
  }

  onFailure(error: ToolError, now: number): void {
    this.#land()
    for (const call of [...this.#waiters]) call.onFlightEnd({ error }, now)
    this.#leaveScope()
  }

  onWorkEnd(): void {
    this.#leaveScope()
  }

  /** The next equal call starts afresh. */
  #land(): void {
    this.isOver = true
    if (this.engine.flights.get(this.#id) === this) this.engine.flights.delete(this.#id)
  }

  #leaveScope(): void {
    if (!this.isOver || !this.execution.isIdle || !this.#inScope) return
    this.#inScope = false
    this.engine.root.remove(this)
    for (const resume of this.#whenIdle.splice(0)) resume()
  }

  /** Runs `resume` when the work of the flight has ended: at once, if it has. */
  whenIdle(resume: () => void): void {
    if (this.#inScope) this.#whenIdle.push(resume)
    else resume()
  }

  #store(value: unknown): void {
    const { cache } = this.policy
    if (cache === undefined || cache.ttlMs === 0) return
    const engine = this.engine
    const storedAt = engine.clock.now()
    const entry: CacheEntry = { id: engine.entryId(), value, storedAt, expiresAt: storedAt + cache.ttlMs }
    try {
      const stored = engine.cache.set(this.#key, entry, {}, { now: storedAt })
      if (typeof stored === 'boolean') {
        if (stored && this.isListening) this.emit({ type: 'cache-store' })
      } else {
        stored.then(undefined, (error: unknown) => engine.storeFailed('cache', error))
      }
    } catch (error) {
      engine.storeFailed('cache', error)
    }
  }

  #greatest(read: (call: Call) => number, none: number): number {
    let greatest: number | undefined
    for (const call of this.#waiters) {
      const value = read(call)
      if (greatest === undefined || value > greatest) greatest = value
    }
    return greatest ?? none
  }
}
