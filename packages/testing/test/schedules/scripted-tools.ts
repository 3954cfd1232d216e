import type { CallContext, Tool, ToolPolicy } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import { Observable } from 'rxjs'
import { httpError, readTool, sleep, untilAborted } from '../fixture/tools.ts'
import type { ApprovalPlan, Schedule, Step, ToolPlan } from './schedule.ts'

/** Told when a run begins and ends. */
export interface RunWatch {
  begin(context: CallContext, key: string): void
  end(context: CallContext): void
}

interface Run {
  readonly clock: TestClock
  readonly context: CallContext
  readonly begin: () => void
  readonly end: () => void
}
type StreamStep = Extract<Step, { readonly parts: number }>

/** The tools of a schedule: `t0`, `t1`, `t2`; each call names its script. */
export function scriptedTools({ tools, scripts }: Schedule, clock: TestClock, watch: RunWatch): Tool[] {
  return tools.map((plan, index) => {
    const execute = (args: object, context: CallContext): unknown => {
      const script = scripts[(args as { script: number }).script] ?? []
      const step = script[Math.min(context.attempt, script.length) - 1]
      const key = plan.isKeyed ? `t${index}.${keyOf(args)}` : `t${index}`
      const begin = (): void => watch.begin(context, key)
      const run = { clock, context, begin, end: () => watch.end(context) }
      if (step?.kind === 'stream') return streamed(step, run)
      if (step?.kind === 'observable') return observed(step, run)
      begin()
      if (step?.kind !== 'sync') return perform(step, index, run).finally(run.end)
      run.end()
      if (step.isOk) return 'at once'
      throw httpError(503)
    }
    return readTool(`t${index}`, execute, policyOf(plan, clock))
  })
}

async function perform(step: Step | undefined, tool: number, { clock, context }: Run): Promise<unknown> {
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
  { ms, parts, isOk }: StreamStep,
  { clock, context, begin, end }: Run,
): AsyncGenerator<number, string> {
  begin()
  try {
    for (let part = 0; part < parts; part += 1) {
      await sleep(clock, ms, context.signal)
      context.progress({ progress: part, total: parts })
      yield part
    }
    if (!isOk) throw httpError(503)
    return 'whole'
  } finally {
    end()
  }
}

function observed({ ms, parts, isOk }: StreamStep, { clock, begin, end }: Run): Observable<number> {
  return new Observable((subscriber) => {
    begin()
    let part = 0
    const next = (): void => {
      if (part < parts) {
        subscriber.next(part)
        part += 1
        timer = clock.setTimer(ms, next)
        return
      }
      end()
      if (isOk) subscriber.complete()
      else subscriber.error(httpError(503))
    }
    let timer = clock.setTimer(ms, next)
    return () => {
      timer.cancel()
      end()
    }
  })
}

/** The part of the arguments that a keyed tool is limited by. */
function keyOf(args: unknown): string {
  return `${(args as { script: number }).script % 2}`
}

function policyOf(plan: ToolPlan, clock: TestClock): ToolPolicy {
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
      ...(plan.isAdaptive ? { adaptive: { start: 1, max } } : {}),
      ...(plan.isKeyed ? { key: ({ tool, arguments: args }) => `${tool}.${keyOf(args)}` } : {}),
    },
    ...guardsOf(plan, clock),
    ...(plan.isCached ? { cache: { ttl: 50, scope: 'shared' } } : {}),
  }
}

function guardsOf({ hedgeAfter, rate, approval, maxRepeats }: ToolPlan, clock: TestClock): ToolPolicy {
  const approve = async ({ ms = 0, isApproved }: ApprovalPlan): Promise<boolean> => {
    await sleep(clock, ms)
    return isApproved
  }
  return {
    ...(hedgeAfter === undefined ? {} : { hedge: { after: hedgeAfter, max: 2, budget: { ratio: 0.5, burst: 2 } } }),
    ...(rate === undefined ? {} : { rateLimit: rate }),
    ...(approval === undefined
      ? {}
      : { approval: () => (approval.ms === undefined ? approval.isApproved : approve(approval)) }),
    ...(maxRepeats === undefined ? {} : { repeat: { max: maxRepeats, within: 100 } }),
  }
}
