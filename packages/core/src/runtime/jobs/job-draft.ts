import { bindArguments } from '../../dispatch/bind-arguments.ts'
import { validateInput } from '../../dispatch/validate.ts'
import { canonicalJson, frozenCopy, notPlain } from '../../json/plain-json.ts'
import type { JobRecord } from '../../ports/job-store.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import { argumentsInvalid, deadlineExceeded, runtimeClosed, toolNotFound } from '../engine/refusal.ts'
import { policyOfCall, type ToolRecord } from '../engine/tool-record.ts'
import { notAsJob } from './job-errors.ts'

/** What every job of a runtime has. */
export interface JobDefaults {
  readonly ttlMs: number
  readonly pollIntervalMs: number
  readonly leaseMs: number
}

/** What a job keeps as it is given. */
type Kept = Pick<JobRecord, 'session' | 'tenant' | 'metadata' | 'priority' | 'deadline' | 'policy' | 'mayRepeat'>

/**
 * Makes the record of a new job, held by this runtime. Rejects with a ToolError where the call could not run, and with
 * a TypeError where an option cannot be kept.
 */
export async function draftJob(engine: Engine, request: CallRequest, defaults: JobDefaults): Promise<JobRecord> {
  const name = typeof request.tool === 'string' ? request.tool : request.tool.name
  const callId = request.callId ?? engine.callId(engine.nextSequence())
  const place = { tool: name, callId, attempts: 0 }
  if (engine.root.isClosing) throw runtimeClosed(place)
  const record = engine.recordOf(request.tool)
  if (record === undefined) throw toolNotFound(place, engine.registry.nearest(name))
  if (record.tool.execution.taskSupport === 'forbidden') {
    throw notAsJob(place, `'${name}' does not run as a job: call it directly.`)
  }
  const kept = keptOf(request, record)
  const text = await argumentsOf(request, record, place)
  const now = engine.clock.now()
  if (request.options?.deadline !== undefined && request.options.deadline <= now) {
    throw deadlineExceeded(place, record.policy.mayRepeat)
  }
  const id = crypto.randomUUID()
  return {
    id,
    version: 1,
    state: 'working',
    tool: name,
    callId,
    arguments: text,
    idempotencyKey: request.options?.idempotencyKey ?? id,
    ...kept,
    attempt: 0,
    createdAt: now,
    updatedAt: now,
    heartbeatAt: now,
    ttlMs: request.options?.job?.ttlMs ?? defaults.ttlMs,
    pollIntervalMs: defaults.pollIntervalMs,
    owner: engine.id,
    leaseUntil: now + defaults.leaseMs,
  }
}

type Place = Parameters<typeof argumentsInvalid>[0]

/** The arguments as canonical JSON, when they fit the tool. */
async function argumentsOf(request: CallRequest, record: ToolRecord, place: Place): Promise<string> {
  const bound = bindArguments(request.arguments)
  if (!bound.ok) throw argumentsInvalid(place, bound.issues)
  const text = canonicalJson(bound.value)
  if (text === undefined) throw notAsJob(place, 'The arguments of a job must be plain JSON.')
  const validation = await validateInput(record.tool.inputSchema, bound.value)
  if (validation.issues !== undefined) throw argumentsInvalid(place, validation.issues)
  return text
}

function keptOf({ options = {}, metadata, place }: CallRequest, record: ToolRecord): Kept {
  const { session = place.scope.session, tenant = place.scope.tenant, priority, deadline, policy } = options
  const given = options.metadata ?? metadata
  const rules = policy === undefined ? record.policy : policyOfCall(record, policy)
  // a copy has no members that are undefined
  return frozenCopy({
    mayRepeat: rules.mayRepeat,
    session,
    tenant,
    metadata: given && plain('metadata', given),
    priority,
    deadline: deadline === Number.POSITIVE_INFINITY ? undefined : deadline,
    policy: policy && plain('policy', policy),
  }) as Kept
}

function plain(name: string, value: object): Readonly<Record<string, unknown>> {
  const copy = frozenCopy(value)
  if (copy !== notPlain) return copy as Readonly<Record<string, unknown>>
  throw new TypeError(
    `call options: ${name} of a job must be plain JSON, which a store can keep: no functions, no Infinity`,
  )
}
