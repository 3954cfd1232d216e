import type { Observable } from 'rxjs'
import { type AuditOptions, resolveAudit } from '../audit/audit-options.ts'
import type { Middleware } from '../call/middleware.ts'
import type { ToolCall } from '../call/tool-call.ts'
import type { Job } from '../jobs/job.ts'
import { memoryCacheStore } from '../memory/memory-cache-store.ts'
import { checkFunction, checkKeys, checkNumber } from '../options/check-option.ts'
import { resolveRateLimit } from '../policies/rate-limit/rate-limit-policy.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { BreakerStore } from '../ports/breaker-store.ts'
import type { CacheStore } from '../ports/cache-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Limiter } from '../ports/limiter.ts'
import { createSystemClock } from '../ports/system-clock.ts'
import type { Registry } from '../registry/registry.ts'
import type { CallOptions } from '../tool/call-options.ts'
import { checkPolicy } from '../tool/check-policy.ts'
import type { Tool } from '../tool/tool.ts'
import type { RuntimePolicy } from '../tool/tool-policy.ts'
import type { ToolReference } from '../tool/tool-reference.ts'
import { checkPorts } from './check-ports.ts'
import { createControl, type RuntimeControl } from './control.ts'
import { after } from './engine/after.ts'
import { Engine } from './engine/engine.ts'
import type { RuntimeEvent } from './engine/runtime-event.ts'
import { type JobsOptions, resolveJobs } from './jobs/job-options.ts'
import { type FindJobOptions, Jobs } from './jobs/jobs.ts'
import { createLauncher } from './launch/launcher.ts'
import { type Calls, createCalls } from './scope.ts'
import { type RuntimeSnapshot, takeSnapshot } from './snapshot.ts'
import { resolveStoreErrors, type StoreErrorPolicy } from './store-error-policy.ts'
import type { Telemetry } from './telemetry.ts'

/** What a runtime is made of; everything has a default. */
export interface RuntimeOptions<Tools extends readonly ToolReference[] = readonly ToolReference[]> {
  readonly tools?: Tools
  /** The policy of every tool that does not say otherwise, and the limits over all of them. */
  readonly policy?: RuntimePolicy
  /** Where results are kept; in memory by default. */
  readonly cache?: CacheStore
  /** Where breakers keep their state; in memory by default. */
  readonly breakers?: BreakerStore
  /** Where rates, and permits over several processes, are counted; in memory by default. */
  readonly limiter?: Limiter
  /** Where jobs are kept, and how they are run; in memory by default. */
  readonly jobs?: JobStore | JobsOptions
  /** Where calls are recorded, and how; nowhere by default. */
  readonly audit?: AuditLog | AuditOptions
  /** Around every call, the first one outermost. */
  readonly middleware?: readonly Middleware[]
  /** Who watches for those who operate it; nobody by default. */
  readonly telemetry?: Telemetry
  /** What calls do while a store fails. */
  readonly onStoreError?: StoreErrorPolicy
  /** Where time comes from. */
  readonly clock?: Clock
  /** 0 to below 1; where jitter and ids come from. */
  readonly random?: () => number
}

/** How a runtime closes. */
export interface CloseOptions {
  /** Milliseconds that running and waiting calls may still take before they are cancelled; 0 by default. */
  readonly drain?: number
}

/** Runs calls of tools. */
export interface Runtime<T extends ToolReference = ToolReference> extends Calls<T>, AsyncDisposable {
  readonly registry: Registry
  /** Hot: the events of all calls, and the runtime's own. A failing call is a value here; it never errors. */
  readonly events$: Observable<RuntimeEvent>
  readonly control: RuntimeControl
  /**
   * Runs a call as a job: now, to be asked for later, for longer than whoever asked. Resolves when the job is kept; from
   * then on it is the runtime's, not the caller's: `signal` ends only what comes before, and `job.cancel()` the job.
   * The same `idempotencyKey` within a tenant gives the same job, also after its end, and rejects with
   * IDEMPOTENCY_CONFLICT where the tool or the arguments are others. Also rejects with a ToolError where the call could
   * not run (TOOL_NOT_FOUND, ARGUMENTS_INVALID, also of a tool that may not run as a job, DEADLINE_EXCEEDED,
   * RUNTIME_CLOSED) and with EXECUTION_FAILED where the store fails: then it may still be kept. `metadata` and `policy`
   * have to be plain JSON.
   */
  submit(call: ToolCall, options?: CallOptions): Promise<Job>
  /** The job of that id; undefined where none is kept, or it is another tenant's than the one that is asked for. */
  job(id: string, options?: FindJobOptions): Promise<Job | undefined>
  /** How it stands now: plain data. */
  snapshot(): RuntimeSnapshot
  /**
   * Refuses new calls from now on, lets the others finish for `drain` milliseconds, cancels the rest, and resolves when
   * all work has ended or was abandoned.
   */
  close(options?: CloseOptions): Promise<void>
}

/** The tools that a runtime knows by type; any tool where none was given. */
type Known<Tools extends readonly ToolReference[]> = [Tools[number]] extends [never] ? ToolReference : Tools[number]

/** Makes a runtime; the tools that it is given type the calls from code. Throws where an option makes no sense. */
export function createRuntime<const Tools extends readonly ToolReference[] = readonly []>(
  options: RuntimeOptions<Tools> = {},
): Runtime<Known<Tools>> {
  checkOptions(options)
  const { policy = {}, random = Math.random, clock = createSystemClock(), middleware = [], telemetry } = options
  const { global, ...toolPolicy } = policy
  const onStoreError = resolveStoreErrors(options.onStoreError ?? {}, 'createRuntime')
  const engine = new Engine({
    clock,
    random,
    breakers: options.breakers,
    cache: options.cache ?? memoryCacheStore(),
    policy: toolPolicy,
    globalMax: global?.concurrency?.max ?? Number.POSITIVE_INFINITY,
    globalRate: resolveRateLimit(global?.rateLimit ?? false, 'createRuntime: policy.global'),
    limiter: options.limiter,
    audit: options.audit && resolveAudit(options.audit),
    launcher: (made) => createLauncher(made, { middleware, telemetry }, (request) => jobs.callOf(request)),
    onStoreError,
  })
  const jobs = new Jobs(engine, resolveJobs(options.jobs))
  jobs.start()
  for (const tool of options.tools ?? []) engine.registry.register(tool as unknown as Tool)
  for (const tool of options.tools ?? []) engine.recordOf(tool.name)
  const ends = [watchBreakers(engine), options.limiter?.watch?.((key) => engine.admission.retry(key))]
  const close = async ({ drain = 0 }: CloseOptions = {}): Promise<void> => {
    checkNumber('close', 'drain', drain, { min: 0, infinite: true })
    await closeRuntime(engine, drain).finally(() => {
      for (const end of ends.splice(0)) end?.()
    })
  }
  const runtime = {
    ...createCalls(engine, engine.root),
    registry: engine.registry,
    events$: engine.events.asObservable(),
    control: createControl(engine),
    submit: (call, callOptions) => jobs.submit(call, callOptions),
    job: (id, which) => jobs.job(id, which),
    snapshot: () => takeSnapshot(engine, jobs.counts()),
    close,
    [Symbol.asyncDispose]: () => close(),
  } as Runtime<Known<Tools>>
  ends.push(telemetry?.attach(runtime))
  return runtime
}

async function closeRuntime(engine: Engine, drain: number): Promise<void> {
  engine.root.refuse()
  if (drain > 0) await settledWithin(engine, drain)
  try {
    await engine.root.close()
  } finally {
    await engine.audit?.close()
    engine.timers.close()
    engine.cooldowns.close()
    engine.events.complete()
  }
}

function settledWithin(engine: Engine, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = after(engine, ms, resolve)
    engine.root.whenEmpty(() => {
      limit?.cancel()
      resolve()
    })
  })
}

function watchBreakers(engine: Engine): () => void {
  const { breakers, localBreakers } = engine
  const stores = new Set<BreakerStore>([breakers, localBreakers])
  const unwatch = Array.from(stores, (store) => store.watch(({ key, state }) => engine.breakerIs(key, state)))
  return () => {
    for (const end of unwatch) end()
  }
}

function checkOptions(options: RuntimeOptions): void {
  const where = 'createRuntime'
  checkKeys(where, options, [
    'tools',
    'policy',
    'cache',
    'breakers',
    'jobs',
    'audit',
    'limiter',
    'middleware',
    'telemetry',
    'onStoreError',
    'clock',
    'random',
  ])
  checkFunction(where, 'random', options.random)
  checkPorts(where, options)
  if (options.policy === undefined) return
  const { global, ...policy } = options.policy
  checkPolicy(policy, where)
  if (global === undefined) return
  checkKeys(`${where}: policy.global`, global, ['concurrency', 'rateLimit'])
  const { concurrency = {} } = global
  checkKeys(`${where}: policy.global.concurrency`, concurrency, ['max'])
  checkNumber(where, 'policy.global.concurrency.max', concurrency.max, { min: 1, integer: true, infinite: true })
}
