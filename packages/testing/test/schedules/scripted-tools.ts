import type { CallContext, Tool, ToolPolicy } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import { httpError, readTool, sleep, untilAborted } from '../fixture/tools.ts'
import type { Schedule, Step, ToolPlan } from './schedule.ts'

/** Told when a run begins and ends, and which child calls are made. */
export interface RunWatch {
  begin(context: CallContext): void
  end(context: CallContext): void
}

/** The tools of a schedule: `t0`, `t1`, `t2`; each call names its script. */
export function scriptedTools({ tools, scripts }: Schedule, clock: TestClock, watch: RunWatch): Tool[] {
  return tools.map((plan, index) => {
    const execute = async (args: object, context: CallContext): Promise<unknown> => {
      const script = scripts[(args as { script: number }).script] ?? []
      const step = script[Math.min(context.attempt, script.length) - 1]
      watch.begin(context)
      if (step?.kind === 'stream') return streamed(step, clock, context, watch)
      try {
        return await perform(step, index, clock, context)
      } finally {
        watch.end(context)
      }
    }
    return readTool(`t${index}`, execute, policyOf(plan))
  })
}

async function perform(step: Step | undefined, tool: number, clock: TestClock, context: CallContext): Promise<unknown> {
  switch (step?.kind) {
    case 'ok':
      await sleep(clock, step.ms, context.signal)
      return { done: context.attempt }
    case 'fail':
      await sleep(clock, step.ms, context.signal)
      throw httpError(step.status)
    case 'deaf':
      await sleep(clock, step.ms)
      if (!step.isOk) throw httpError(500)
      return { deaf: context.attempt }
    case 'nested':
      await sleep(clock, step.ms, context.signal)
      return tool === 0 ? 'leaf' : context.dispatch({ tool: `t${tool - 1}`, arguments: { script: step.script } })
    default:
      return untilAborted(context.signal)
  }
}

async function* streamed(
  { ms, parts, isOk }: Extract<Step, { kind: 'stream' }>,
  clock: TestClock,
  context: CallContext,
  watch: RunWatch,
): AsyncGenerator<number, string> {
  try {
    for (let part = 0; part < parts; part += 1) {
      await sleep(clock, ms, context.signal)
      context.progress({ progress: part, total: parts })
      yield part
    }
    if (!isOk) throw httpError(503)
    return 'whole'
  } finally {
    watch.end(context)
  }
}

function policyOf(plan: ToolPlan): ToolPolicy {
  const { max, queue, overflow, queueTimeout, attempt, total, grace, idle, maxAttempts, base, jitter } = plan
  return {
    timeout: { attempt, total, grace, ...(idle === undefined ? {} : { idle }) },
    retry: { maxAttempts, backoff: { base, max: 100, jitter } },
    breaker: { consecutiveFailures: plan.consecutiveFailures, openFor: plan.openFor },
    concurrency: {
      max,
      queue,
      overflow,
      ...(queueTimeout === undefined ? {} : { queueTimeout }),
      ...(plan.isExclusive ? { exclusive: true } : {}),
    },
    ...(plan.isCached ? { cache: { ttl: 50, scope: 'shared' } } : {}),
  }
}
