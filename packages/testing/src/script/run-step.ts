import type { CallContext, Clock } from '@headrace/core'
import { wait } from '../clock/wait.ts'
import type { ScriptStep } from './script-step.ts'
import { failureOf } from './scripted-failure.ts'

/** One run of a scripted tool. */
export interface StepRun {
  readonly clock: Clock
  readonly input: unknown
  readonly context: CallContext
  /** Told once, when the work has really ended. */
  readonly end: () => void
}

/** Runs a step: one that waits for nothing ends at once, one with a `stream` gives an async generator. */
export function runStep(step: ScriptStep, run: StepRun): unknown {
  if (step.stream !== undefined) return streamed(step, step.stream, run)
  if (waits(step)) return settled(step, run)
  try {
    for (const update of step.progress ?? []) run.context.progress(update)
    return endOf(step, run.input)
  } finally {
    run.end()
  }
}

function waits({ after = 0, every = 0, progress = [], hang }: ScriptStep): boolean {
  return after > 0 || (every > 0 && progress.length > 0) || hang !== undefined
}

async function settled(step: ScriptStep, run: StepRun): Promise<unknown> {
  const pause = createPause(step, run)
  try {
    await begin(step, run, pause)
    await hang(step, run)
    return endOf(step, run.input)
  } finally {
    run.end()
  }
}

async function* streamed(step: ScriptStep, parts: readonly unknown[], run: StepRun): AsyncGenerator<unknown, unknown> {
  const pause = createPause(step, run)
  try {
    await begin(step, run, pause)
    for (const part of parts) {
      yield part
      await pause(step.every)
    }
    await hang(step, run)
    return endOf(step, run.input)
  } finally {
    run.end()
  }
}

type Pause = (ms: number | undefined) => Promise<void> | undefined

function createPause({ deaf, hang }: ScriptStep, { clock, context }: StepRun): Pause {
  const signal = deaf || hang === 'deaf' ? undefined : context.signal
  return (ms = 0) => (ms > 0 ? wait(clock, ms, signal) : undefined)
}

async function begin({ after, every, progress = [] }: ScriptStep, { context }: StepRun, pause: Pause): Promise<void> {
  await pause(after)
  for (const update of progress) {
    context.progress(update)
    await pause(every)
  }
}

function hang({ hang }: ScriptStep, { context: { signal } }: StepRun): Promise<void> | undefined {
  if (hang === undefined) return undefined
  return new Promise((_, reject) => {
    if (hang === 'deaf') return
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function endOf({ give, fail }: ScriptStep, input: unknown): unknown {
  if (fail !== undefined) throw failureOf(fail)
  return typeof give === 'function' ? give(input) : give
}
