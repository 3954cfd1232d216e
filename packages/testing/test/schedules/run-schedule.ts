import { getEventListeners } from 'node:events'
import {
  type CallContext,
  type CallResult,
  createRuntime,
  type PendingCall,
  type Runtime,
  type RuntimeEvent,
} from '@headrace/core'
import { createSeededRandom, createTestClock, type TestClock } from '@headrace/testing'
import type { CallPlan, Schedule } from './schedule.ts'
import { scriptedTools } from './scripted-tools.ts'

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

interface Run {
  readonly clock: TestClock
  readonly runtime: Runtime
  readonly shared: AbortController
  readonly controllers: AbortController[]
  readonly results: Map<string, CallResult>
  readonly faults: string[]
}

/** Runs a schedule on a clock of its own, to its end and through close. */
export async function runSchedule(schedule: Schedule): Promise<Trace> {
  const clock = createTestClock({ maxTimers: 100_000 })
  const faults: string[] = []
  const active = schedule.tools.map(() => new Set<string>())
  const watch = {
    begin: ({ tool, callId, attempt }: CallContext) => {
      const index = Number(tool.slice(1))
      const runs = active[index]?.add(`${callId}#${attempt}`).size ?? 0
      const plan = schedule.tools[index]
      const max = plan?.isExclusive ? 1 : (plan?.max ?? 0)
      if (runs > max) faults.push(`${runs} runs of ${tool}, whose limit is ${max}`)
    },
    end: ({ tool, callId, attempt }: CallContext) => void active[Number(tool.slice(1))]?.delete(`${callId}#${attempt}`),
  }
  const runtime = createRuntime({
    clock,
    random: createSeededRandom(schedule.seed),
    tools: scriptedTools(schedule, clock, watch),
    ...(schedule.globalMax === undefined ? {} : { policy: { global: { concurrency: { max: schedule.globalMax } } } }),
  }) as Runtime
  const events: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => {
    events.push(event)
    if (event.type === 'call-abandon') active[Number(event.tool.slice(1))]?.delete(`${event.callId}#${event.attempt}`)
  })
  const run: Run = { clock, runtime, shared: new AbortController(), controllers: [], results: new Map(), faults }
  await drive(run, schedule)
  const listenersLeft = [run.shared, ...run.controllers].reduce(
    (sum, { signal }) => sum + getEventListeners(signal, 'abort').length,
    0,
  )
  return {
    events,
    results: run.results,
    faults,
    snapshot: runtime.snapshot(),
    timersLeft: clock.pending,
    listenersLeft,
  }
}

async function drive(run: Run, { calls, closeAfter }: Schedule): Promise<void> {
  const { clock, runtime } = run
  if (closeAfter !== undefined) clock.setTimer(closeAfter, () => void runtime.close({ drain: 20 }).catch(() => {}))
  for (const [index, plan] of calls.entries()) {
    if (plan.wait > 0) await clock.advance(plan.wait)
    start(run, plan, `c${index}`)
  }
  await clock.runAll()
  const closed = runtime.close().catch((error) => run.faults.push(`close rejected: ${error}`))
  await clock.runAll()
  await closed
}

function start(run: Run, plan: CallPlan, callId: string): void {
  const { clock, runtime } = run
  const own = plan.way === 'signal' ? new AbortController() : run.shared
  if (own !== run.shared) run.controllers.push(own)
  const call = { callId, tool: `t${plan.tool}`, arguments: { script: plan.script } }
  const options = {
    priority: plan.priority,
    session: `s${plan.session}`,
    signal: own.signal,
    ...(plan.deadline === undefined ? {} : { deadline: clock.now() + plan.deadline }),
  }
  const cancelLater = (cancel: () => void): void => {
    if (plan.cancelAfter !== undefined) clock.setTimer(plan.cancelAfter, cancel)
  }
  if (plan.way === 'stream') {
    cancelLater(subscribe(run, callId, runtime.dispatch$(call, options)))
    return
  }
  const pending = runtime.dispatch(call, options)
  keep(run, pending)
  cancelLater(plan.way === 'signal' ? () => own.abort('by signal') : () => void pending.cancel('by hand'))
}

function keep({ results, faults }: Run, pending: PendingCall<unknown>): void {
  pending.result().then(
    (result) => results.set(pending.callId, result),
    (error) => faults.push(`result() of ${pending.callId} rejected: ${error}`),
  )
}

function subscribe({ results, faults }: Run, callId: string, events: ReturnType<Runtime['dispatch$']>): () => void {
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
