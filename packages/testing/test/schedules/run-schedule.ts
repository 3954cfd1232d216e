import { getEventListeners } from 'node:events'
import { type CallContext, createRuntime, type Runtime, type RuntimeEvent } from '@headrace/core'
import { createSeededRandom, createTestClock, type TestClock } from '@headrace/testing'
import type { Schedule } from './schedule.ts'
import { type RunWatch, scriptedTools } from './scripted-tools.ts'
import { type Stage, startCall, type Trace } from './start-call.ts'

/** Runs a schedule on a clock of its own, to its end and through close. */
export async function runSchedule(schedule: Schedule): Promise<Trace> {
  const clock = createTestClock({ maxTimers: 100_000 })
  const stage: Stage = {
    clock,
    runtime: undefined as never,
    shared: new AbortController(),
    controllers: [],
    cancels: new Map(),
    results: new Map(),
    faults: [],
  }
  const limits = watchLimits(schedule, stage)
  const runtime = open(schedule, clock, limits.watch)
  Object.assign(stage, { runtime })
  const events: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => {
    events.push(event)
    if (event.type === 'call-abandon') limits.forget(event)
    if ('callId' in event) stage.cancels.get(`${event.callId} ${event.type}`)?.()
  })
  const seenLater: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => seenLater.push(event))
  await drive(stage, schedule)
  const signals = [stage.shared, ...stage.controllers].map(({ signal }) => signal)
  const listenersLeft = signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
  const { results, faults } = stage
  if (seenLater.some((event, index) => event !== events[index])) faults.push('two listeners saw two orders')
  return { events, results, faults, snapshot: runtime.snapshot(), timersLeft: clock.pending, listenersLeft }
}

function open(schedule: Schedule, clock: TestClock, watch: RunWatch): Runtime {
  const { seed, globalMax } = schedule
  const policy = globalMax === undefined ? {} : { global: { concurrency: { max: globalMax } } }
  return createRuntime({
    clock,
    random: createSeededRandom(seed),
    tools: scriptedTools(schedule, clock, watch),
    policy,
  }) as Runtime
}

/** Counts the runs of each tool that count against its limit: those that have begun, and were not abandoned. */
function watchLimits({ tools }: Schedule, { faults, cancels }: Stage) {
  const active = new Map<string, Set<string>>(tools.map((_, index) => [`t${index}`, new Set()]))
  const limits = new Map(tools.map(({ isExclusive, max }, index) => [`t${index}`, isExclusive ? 1 : max]))
  const forget = ({ tool, callId, attempt }: Pick<CallContext, 'tool' | 'callId' | 'attempt'>): void => {
    active.get(tool)?.delete(`${callId}#${attempt}`)
  }
  const watch: RunWatch = {
    begin: ({ tool, callId, attempt }) => {
      const count = active.get(tool)?.add(`${callId}#${attempt}`).size ?? 0
      if (count > (limits.get(tool) ?? 0)) faults.push(`${count} runs of ${tool} at once`)
      cancels.get(`${callId} run`)?.()
    },
    end: forget,
  }
  return { watch, forget }
}

async function drive(stage: Stage, { calls, scopes, closeAfter }: Schedule): Promise<void> {
  const { clock, runtime, faults } = stage
  const opened = scopes.map(({ onFailure, deadline, closeAfter: after }) => {
    const scope = runtime.scope({ onFailure, ...(deadline === undefined ? {} : { deadline: clock.now() + deadline }) })
    if (after !== undefined) clock.setTimer(after, () => void scope.close().catch(() => {}))
    return scope
  })
  if (closeAfter !== undefined) clock.setTimer(closeAfter, () => void runtime.close({ drain: 20 }).catch(() => {}))
  for (const [index, plan] of calls.entries()) {
    if (plan.wait > 0) await clock.advance(plan.wait)
    startCall(stage, opened[plan.scope ?? -1] ?? runtime, { plan, callId: `c${index}` })
  }
  await clock.runAll()
  const closed = runtime.close().catch((error) => faults.push(`close rejected: ${error}`))
  await clock.runAll()
  await closed
}
