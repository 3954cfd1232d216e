import type { CallResult, Runtime, RuntimeEvent, Scope, ToolCall } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import type { CallPlan } from './schedule.ts'

/** What a schedule did: everything that the checks look at. */
export interface Trace {
  readonly events: readonly RuntimeEvent[]
  readonly results: ReadonlyMap<string, CallResult>
  /** What was wrong while it ran: too many runs at once, a stream that went on. */
  readonly faults: string[]
  readonly snapshot: unknown
  readonly timersLeft: number
  readonly listenersLeft: number
}

/** Where the calls of a schedule run. */
export interface Stage {
  readonly clock: TestClock
  readonly runtime: Runtime
  /** The signal of all calls that have none of their own. */
  readonly shared: AbortController
  readonly controllers: AbortController[]
  /** What to do at a moment of a call: `<callId> <moment>`. */
  readonly cancels: Map<string, () => void>
  readonly results: Map<string, CallResult>
  readonly faults: string[]
}

interface Planned {
  readonly plan: CallPlan
  readonly callId: string
}

/** The ids of the calls that a plan makes. */
export function callIdsOf(plan: CallPlan, callId: string): string[] {
  if (plan.way !== 'turn' && plan.way !== 'many') return [callId]
  return Array.from({ length: plan.size }, (_, index) => `${callId}.${index}`)
}

/** Starts what is planned, and sees to its cancelling. */
export function startCall(stage: Stage, scope: Scope | Runtime, planned: Planned): void {
  const { plan, callId } = planned
  const cancel = begin(stage, scope, planned)
  if (plan.cancelAfter !== undefined) stage.clock.setTimer(plan.cancelAfter, cancel)
  if (plan.cancelOn === undefined) return
  for (const id of callIdsOf(plan, callId)) stage.cancels.set(`${id} ${plan.cancelOn}`, cancel)
}

/** Starts, and gives the function that cancels. */
function begin(stage: Stage, scope: Scope | Runtime, { plan, callId }: Planned): () => void {
  const { clock, results, faults } = stage
  const own = plan.way === 'signal' || plan.way === 'turn' ? new AbortController() : stage.shared
  if (own !== stage.shared) stage.controllers.push(own)
  const calls = callIdsOf(plan, callId).map((id) => ({
    callId: id,
    tool: `t${plan.tool}`,
    arguments: { script: plan.script },
  }))
  const [first = { tool: '', arguments: {} }] = calls
  const deadline = plan.deadline === undefined ? {} : { deadline: clock.now() + plan.deadline }
  const options = { priority: plan.priority, session: `s${plan.session}`, signal: own.signal, ...deadline }
  if (plan.way === 'stream') return watchStream(stage, callId, scope.dispatch$(first, options))
  if (plan.way === 'many') return watchMany(stage, scope, calls)
  if (plan.way === 'turn') {
    scope.dispatchAll(calls, options).then(
      (settled) => {
        for (const result of settled) results.set(result.callId, result)
      },
      (error) => faults.push(`the turn ${callId} rejected: ${error}`),
    )
    return () => own.abort('by signal')
  }
  const pending = scope.dispatch(first, options)
  pending.result().then(
    (result) => results.set(callId, result),
    (error) => faults.push(`result() of ${callId} rejected: ${error}`),
  )
  return plan.way === 'signal' ? () => own.abort('by signal') : () => void pending.cancel('by hand')
}

function watchStream({ results, faults }: Stage, callId: string, events: ReturnType<Runtime['dispatch$']>): () => void {
  let isOver = false
  const subscription = events.subscribe({
    next: (event) => {
      if (isOver) faults.push(`${event.type} of ${callId} after its end`)
      if (event.type !== 'call-settle') return
      isOver = true
      results.set(callId, event.result)
    },
    error: (error) => faults.push(`the stream of ${callId} errored: ${error}`),
    complete: () => {
      if (!isOver) faults.push(`the stream of ${callId} completed without an end`)
    },
  })
  return () => {
    isOver = true
    subscription.unsubscribe()
  }
}

function watchMany({ results, faults }: Stage, scope: Scope | Runtime, calls: readonly ToolCall[]): () => void {
  const subscription = scope.dispatchMany$(calls, { concurrency: 2 }).subscribe({
    next: (result) => results.set(result.callId, result),
    error: (error) => faults.push(`a stream of calls errored: ${error}`),
  })
  return () => subscription.unsubscribe()
}
