import { getEventListeners } from 'node:events'
import { type CallContext, createRuntime, type Runtime, type RuntimeEvent } from '@headrace/core'
import { createSeededRandom, createTestClock, type TestClock } from '@headrace/testing'
import { type Around, auditFaultsOf, plannedAround } from './planned-around.ts'
import { plannedStores } from './planned-stores.ts'
import type { RatePlan, Schedule } from './schedule.ts'
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
  const around = plannedAround(schedule.around, clock)
  const runtime = open(schedule, { clock, watch: limits.watch, around })
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
  stage.faults.push(...(await auditFaultsOf(around.log, schedule)))
  const signals = [stage.shared, ...stage.controllers].map(({ signal }) => signal)
  const listenersLeft = signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
  const { results, faults } = stage
  if (seenLater.some((event, index) => event !== events[index])) faults.push('two listeners saw two orders')
  return { events, results, faults, snapshot: runtime.snapshot(), timersLeft: clock.pending, listenersLeft }
}

interface Opening {
  readonly clock: TestClock
  readonly watch: RunWatch
  readonly around: Around
}

function open(schedule: Schedule, { clock, watch, around }: Opening): Runtime {
  const { seed, globalMax, stores } = schedule
  const policy = globalMax === undefined ? {} : { global: { concurrency: { max: globalMax } } }
  return createRuntime({
    clock,
    random: createSeededRandom(seed),
    tools: scriptedTools(schedule, clock, watch),
    policy,
    ...plannedStores(stores, clock),
    ...around.options,
  }) as Runtime
}

/** Counts the runs of each key that count against its limit: those that have begun, and were not abandoned. */
function watchLimits({ tools, stores }: Schedule, { faults, cancels, clock }: Stage) {
  const active = new Map<string, string>()
  const starts = new Map<string, number[]>()
  const forget = ({ callId, attempt }: Pick<CallContext, 'callId' | 'attempt'>): void => {
    active.delete(`${callId}#${attempt}`)
  }
  const watch: RunWatch = {
    begin: ({ tool, callId, attempt }, key) => {
      active.set(`${callId}#${attempt}`, key)
      const plan = tools[Number(tool.slice(1))]
      const max = plan?.isExclusive ? 1 : (plan?.max ?? 0)
      const count = [...active.values()].filter((other) => other === key).length
      if (count > max) faults.push(`${count} runs of ${key} at once, whose limit is ${max}`)
      const times = [...(starts.get(tool) ?? []), clock.monotonic()]
      starts.set(tool, times)
      if (stores.kind !== 'failing' && plan?.rate && exceeds(plan.rate, times)) faults.push(`too many runs of ${tool}`)
      cancels.get(`${callId} run`)?.()
    },
    end: forget,
  }
  return { watch, forget }
}

/** Whether the last start, with some before it, is more than a burst and what came in since. */
function exceeds({ limit, per }: RatePlan, starts: readonly number[]): boolean {
  const last = starts.at(-1) ?? 0
  return starts.some((at, index) => starts.length - index > limit + ((last - at) * limit) / per + 1e-6)
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
  let isClosed = false
  runtime.close().then(
    () => {
      isClosed = true
    },
    (error) => faults.push(`close rejected: ${error}`),
  )
  await clock.runAll()
  if (!isClosed) faults.push('close did not settle')
}
