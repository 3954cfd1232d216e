import { type Observable, Subject } from 'rxjs'
import type { ResolvedAudit } from '../../audit/audit-options.ts'
import type { CallEvent } from '../../call/call-event.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import { type MemoryBreakerStore, memoryBreakerStore } from '../../memory/memory-breaker-store.ts'
import { memoryLimiter } from '../../memory/memory-limiter.ts'
import { Admission } from '../../policies/concurrency/admission.ts'
import type { RateLimitRules } from '../../policies/rate-limit/rate-limit-policy.ts'
import { createRateRequests, type RateAsk } from '../../policies/rate-limit/rate-requests.ts'
import { isOfSession } from '../../policies/repeat/session-owner.ts'
import type { BreakerState, BreakerStore } from '../../ports/breaker-store.ts'
import type { CacheStore } from '../../ports/cache-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Limiter } from '../../ports/limiter.ts'
import { createRegistry, type Registry, type RegistryChange } from '../../registry/registry.ts'
import { ScopeNode } from '../../scope/scope-node.ts'
import { SignalHub } from '../../scope/signal-hub.ts'
import { defineTool } from '../../tool/define-tool.ts'
import type { PendingCall } from '../../tool/pending-call.ts'
import type { Tool } from '../../tool/tool.ts'
import type { ToolPolicy } from '../../tool/tool-policy.ts'
import { CallAudit } from './call-audit.ts'
import type { CallRequest } from './call-request.ts'
import { EventStream } from './event-stream.ts'
import { InputAskers } from './input-asker.ts'
import type { RunningCall } from './running-call.ts'
import type { CacheWarning, RuntimeEvent, StoreName } from './runtime-event.ts'
import { CacheAccess } from './stores/cache-access.ts'
import { Cooldowns } from './stores/cooldowns.ts'
import { LimitAccess } from './stores/limit-access.ts'
import { ResultCache } from './stores/result-cache.ts'
import { StoreAccess } from './stores/store-access.ts'
import { TimerLists } from './timer-lists.ts'
import { createToolRecord, type ToolRecord } from './tool-record.ts'

/** What the engine is made of. */
export interface EngineParts {
  readonly clock: Clock
  readonly random: () => number
  /** In memory where none is given. */
  readonly breakers: BreakerStore | undefined
  readonly cache: CacheStore
  readonly policy: ToolPolicy
  readonly globalMax: number
  readonly globalRate: RateLimitRules | undefined
  /** Undefined where the limits are this process's own. */
  readonly limiter: Limiter | undefined
  readonly audit: ResolvedAudit | undefined
  /** Given the engine when all else is there. */
  readonly launcher: (engine: Engine) => Launcher
  readonly onStoreError: {
    /** Milliseconds of one call that all waits for stores together may take. */
    readonly budgetMs: number
    readonly limiter: 'local' | 'allow' | 'deny'
    readonly instances: number
  }
}

/** Starts calls. */
export interface Launcher {
  /** Makes a call that has yet to be started. */
  prepare(request: CallRequest): RunningCall
  /** Starts a call now. */
  launch<O>(request: CallRequest): PendingCall<O>
  /** A cold call: each subscription is a run of its own, unsubscribing cancels it. */
  launch$<O>(request: CallRequest): Observable<CallEvent<O>>
}

const placeholder: Tool = defineTool({
  name: '-',
  description: '',
  inputSchema: { '~standard': { version: 1, vendor: 'headrace', validate: (value) => ({ value }) } },
  execute: () => undefined,
})

/** What all calls of one runtime share. */
export class Engine {
  readonly clock: Clock
  readonly random: () => number
  readonly breakers: BreakerStore
  /** They are this process's own. */
  readonly breakersAnswerAtOnce: boolean
  /** Those of this process: the only ones, or what stands in for others that cannot be asked. */
  readonly localBreakers: MemoryBreakerStore
  /** The cache of results. */
  readonly results: ResultCache
  readonly timers: TimerLists
  readonly signals: SignalHub = new SignalHub()
  readonly root: ScopeNode = new ScopeNode()
  readonly admission: Admission
  readonly events: Subject<RuntimeEvent> = new Subject<RuntimeEvent>()
  /** Gives events to those who listen. */
  readonly stream: EventStream
  readonly limiter: LimitAccess
  readonly cooldowns: Cooldowns
  /** What every call asks of the limiter beside what its tool does. */
  readonly globalRate: ((call: BoundCall) => RateAsk) | undefined
  readonly registry: Registry
  /** Undefined where calls are not recorded. */
  readonly audit: CallAudit | undefined
  readonly askers: InputAskers = new InputAskers()
  /** How every call is started: a tool's child calls, and fallbacks, go the way of all others. */
  readonly launcher: Launcher
  /** Stands in for a tool that is not there. */
  readonly noTool: ToolRecord
  /** Breakers that are not closed, as last told. */
  readonly breakerStates: Map<string, BreakerState> = new Map()
  /** Runs whose call has settled and which were given up. */
  abandoned = 0
  /** Names this process in reports to shared stores, and makes idempotency keys unique. */
  readonly id: string = crypto.randomUUID()
  readonly #policy: ToolPolicy
  readonly #storeBudgetMs: number
  readonly #stores = new Map<StoreName, StoreAccess>()
  readonly #records = new Map<string, ToolRecord>()
  readonly #unregistered = new WeakMap<Tool, ToolRecord>()
  readonly #warned = new Set<string>()
  readonly #idPrefix: string
  readonly #wallOffset: number
  #sequence = 0

  constructor(parts: EngineParts) {
    this.clock = parts.clock
    this.random = parts.random
    this.breakersAnswerAtOnce = parts.breakers === undefined
    this.localBreakers = memoryBreakerStore({ random: parts.random })
    this.breakers = parts.breakers ?? this.localBreakers
    this.timers = new TimerLists(parts.clock)
    this.admission = new Admission(parts.globalMax)
    this.#policy = parts.policy
    this.#storeBudgetMs = parts.onStoreError.budgetMs
    this.results = new ResultCache(new CacheAccess(parts.cache, this.store('cache'), parts.clock))
    this.limiter = this.#openLimiter(parts)
    this.cooldowns = new Cooldowns(parts.clock, this.admission)
    this.globalRate = parts.globalRate && createRateRequests(parts.globalRate, '*')
    this.stream = new EventStream(this.events)
    this.audit = parts.audit && this.#openAudit(parts.audit)
    this.noTool = createToolRecord(placeholder, {}, this.admission)
    this.admission.disown(this.noTool.gate)
    this.#idPrefix = `${Math.floor(parts.random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0')}-`
    this.#wallOffset = parts.clock.now() - parts.clock.monotonic()
    this.registry = createRegistry({ onChange: (change) => this.#forget(change) })
    this.launcher = parts.launcher(this)
  }

  /** A number that no other call of this runtime has. */
  nextSequence(): number {
    this.#sequence += 1
    return this.#sequence
  }

  callId(sequence: number): string {
    return `call-${this.#idPrefix}${sequence}`
  }

  /** Milliseconds since the epoch that never go back: what machines count with, not what is shown. */
  steadyEpoch(monotonic: number): number {
    return this.#wallOffset + monotonic
  }

  /** A random name for a stored entry; short, since thousands of them are kept. */
  entryId(): string {
    return this.#idPrefix + this.nextSequence()
  }

  /** Takes in the state of a breaker; tells it where it is another one. */
  breakerIs(key: string, to: BreakerState): void {
    const from = this.breakerStates.get(key) ?? 'closed'
    if (to === 'closed') this.breakerStates.delete(key)
    else this.breakerStates.set(key, to)
    if (from !== to) this.emit({ type: 'breaker-change', at: this.clock.now(), key, from, to })
  }

  /** Gives an event to those who listen to the runtime. */
  emit(event: RuntimeEvent): void {
    if (event.type === 'call-abandon' || event.type === 'late-result') this.audit?.afterlife(event)
    if (this.events.observed) this.stream.deliver(event, undefined)
  }

  /** Tells once for a tool why its results are not cached. */
  warn(tool: string, why: CacheWarning['why']): void {
    const key = `${why} ${tool}`
    if (this.#warned.has(key)) return
    this.#warned.add(key)
    this.emit({ type: 'cache-warning', at: this.clock.now(), tool, why })
  }

  /** The way to a store, by which it can fail without harm. */
  store(name: StoreName): StoreAccess {
    let access = this.#stores.get(name)
    if (access === undefined) {
      const { clock, timers } = this
      const emit = (event: RuntimeEvent): void => this.emit(event)
      access = new StoreAccess({ store: name, clock, timers, budgetMs: this.#storeBudgetMs, emit })
      this.#stores.set(name, access)
    }
    return access
  }

  /** What only a session knows is forgotten; its calls go on. */
  async endSession(session: string): Promise<void> {
    for (const { repeats, knownPlaces } of this.#records.values()) {
      repeats?.forget((owner) => isOfSession(owner, session))
      knownPlaces.forget(session)
    }
    await this.results.endSession(session)
  }

  /** The prepared form of a tool; a tool that is not registered is prepared for itself. */
  recordOf(reference: string | Tool): ToolRecord | undefined {
    const name = typeof reference === 'string' ? reference : reference.name
    const known = this.#records.get(name)
    if (known !== undefined && (typeof reference === 'string' || known.tool === reference)) return known
    const registered = this.registry.get(name)
    if (registered !== undefined && (typeof reference === 'string' || registered === reference)) {
      const record = this.#prepare(registered)
      this.#records.set(name, record)
      return record
    }
    return typeof reference === 'string' ? undefined : this.#foreign(reference)
  }

  /** The concurrency limits of the tools that were called. */
  limits(): { tool: string; max: number | 'unlimited'; queue: number | 'unlimited' }[] {
    const told = (limit: number): number | 'unlimited' => (Number.isFinite(limit) ? limit : 'unlimited')
    return Array.from(this.#records.values(), ({ tool, gate, policy: { concurrency } }) => {
      const max = Math.min(concurrency.max, gate.found ?? Number.POSITIVE_INFINITY)
      return { tool: tool.name, max: told(max), queue: told(concurrency.queue) }
    })
  }

  #openLimiter({ limiter, onStoreError, clock }: EngineParts): LimitAccess {
    return new LimitAccess({
      limiter,
      local: memoryLimiter(),
      store: this.store('limiter'),
      otherwise: onStoreError.limiter,
      instances: onStoreError.instances,
      now: () => this.steadyEpoch(clock.monotonic()),
    })
  }

  #openAudit(audit: ResolvedAudit): CallAudit {
    const { clock } = this
    const onError = (error: unknown): void => this.emit({ type: 'store-error', at: clock.now(), store: 'audit', error })
    return new CallAudit(audit, { clock, onError })
  }

  #prepare(tool: Tool): ToolRecord {
    return createToolRecord(tool, this.#policy, this.admission)
  }

  #foreign(tool: Tool): ToolRecord {
    let record = this.#unregistered.get(tool)
    if (record === undefined) {
      record = this.#prepare(tool)
      this.#unregistered.set(tool, record)
    }
    return record
  }

  #forget({ change, tool }: RegistryChange): void {
    const record = this.#records.get(tool)
    this.#records.delete(tool)
    if (record !== undefined) this.admission.disown(record.gate)
    this.emit({ type: 'registry-change', at: this.clock.now(), change, tool })
  }
}
