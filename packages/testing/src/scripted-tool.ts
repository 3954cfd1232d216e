import {
  type Clock,
  defineTool,
  systemClock,
  type Tool,
  type ToolAnnotations,
  type ToolExecution,
  type ToolPolicy,
} from '@headrace/core'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { checkKeys, checkOneOf } from './options/check-option.ts'
import { createRunLog, type ScriptedRun } from './script/run-log.ts'
import { runStep } from './script/run-step.ts'
import {
  checkStep,
  type KnownKeys,
  type OutputOfSteps,
  type PartOfSteps,
  type ScriptStep,
} from './script/script-step.ts'

/** The schema of a scripted tool that names none: any object. */
export type AnyObject = StandardSchemaV1<Readonly<Record<string, unknown>>>

/** What {@link scriptedTool} takes: what `defineTool` takes, with a script for `execute`. */
export interface ScriptedToolOptions<Name extends string, Input extends StandardSchemaV1, Step> {
  readonly name: Name
  /** What the first run does, the second, and so on; retries and hedges are runs too. */
  readonly script: readonly (Step & KnownKeys<Step>)[]
  /** After the last step: does it again, starts over, or fails with an error that says so; `repeat` by default. */
  readonly afterLast?: 'repeat' | 'cycle' | 'fail' | undefined
  readonly description?: string | undefined
  /** Takes any object when not given. */
  readonly inputSchema?: Input
  readonly outputSchema?: StandardSchemaV1 | undefined
  readonly annotations?: ToolAnnotations | undefined
  readonly execution?: ToolExecution | undefined
  readonly policy?: ToolPolicy | undefined
  /** Where its waits come from: the test's clock. The process's clock when not given. */
  readonly clock?: Clock | undefined
}

/** A tool that follows a script and remembers its runs. */
export interface ScriptedTool<Name extends string = string, In = unknown, Out = unknown, Part = unknown, Input = In>
  extends Tool<Name, In, Out, Part> {
  /** What happened, in the order of the runs' starts; it goes on as the tool does. */
  readonly runs: readonly ScriptedRun<Input>[]
  /** How many runs go on now, those that were abandoned included. */
  readonly running: number
  /** How many runs went on at once, at most. */
  readonly mostAtOnce: number
}

type ScriptedOf<Name extends string, Input extends StandardSchemaV1, Step> = ScriptedTool<
  Name,
  StandardSchemaV1.InferInput<Input>,
  OutputOfSteps<Step>,
  PartOfSteps<Step>,
  StandardSchemaV1.InferOutput<Input>
>

const known = [
  ...['name', 'script', 'afterLast', 'description', 'inputSchema', 'outputSchema'],
  ...['annotations', 'execution', 'policy', 'clock'],
]

/**
 * Makes a {@link ScriptedTool} whose n-th run follows the n-th step of a script: it gives, fails, streams, takes its time or hangs. Its
 * waits end with the signal of the run unless the step is deaf. Steps and options are checked here; a mistake throws
 * with the place where it is.
 */
export function scriptedTool<
  const Name extends string,
  Step extends ScriptStep<StandardSchemaV1.InferOutput<Input>>,
  Input extends StandardSchemaV1 = AnyObject,
>(options: ScriptedToolOptions<Name, Input, Step>): ScriptedOf<Name, Input, Step> {
  const { name, afterLast, description = 'Follows a script', inputSchema = anyObject, clock = systemClock } = options
  const { script: _, ...definition } = options
  const steps = checkScript(options)
  const log = createRunLog(clock)
  const tool = defineTool({
    ...definition,
    description,
    inputSchema,
    execute(input, context) {
      const index = stepOf(log.runs.length, steps.length, afterLast)
      const step = steps[index] ?? { fail: spent(name, log.runs.length + 1, steps.length) }
      return runStep(step, { clock, input, context, end: log.start(index, input, context) })
    },
  })
  const scripted: ScriptedTool = {
    ...tool,
    runs: log.runs,
    get running() {
      return log.running
    },
    get mostAtOnce() {
      return log.mostAtOnce
    },
  }
  return Object.freeze(scripted) as ScriptedOf<Name, Input, Step>
}

/** Gives the steps as they are now; nothing is known about the options, types do not hold in plain JavaScript. */
function checkScript(options: object): readonly ScriptStep[] {
  const { name, script, afterLast } = options as Readonly<Record<string, unknown>>
  const where = `scripted tool '${String(name)}'`
  checkKeys(where, options, known)
  checkOneOf(where, 'afterLast', afterLast, ['repeat', 'cycle', 'fail'])
  if (!Array.isArray(script) || script.length === 0) {
    throw new TypeError(`${where}: script must be an array with a step at least`)
  }
  for (const [index, step] of script.entries()) checkStep(`${where}: script[${index}]`, step)
  return Object.freeze([...(script as readonly ScriptStep[])])
}

/** Which step the run follows that comes after `before` others; the length of the script where there is none left. */
function stepOf(before: number, length: number, afterLast: 'repeat' | 'cycle' | 'fail' = 'repeat'): number {
  if (before < length) return before
  if (afterLast === 'cycle') return before % length
  return afterLast === 'repeat' ? length - 1 : length
}

function spent(name: string, runs: number, steps: number): Error {
  return new Error(
    `scripted tool '${name}': run ${runs} finds no step; the script has ${steps} and afterLast is 'fail'`,
  )
}

const describeObject = (): Record<string, unknown> => ({ type: 'object' })
const anyObject: AnyObject & StandardJSONSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'headrace',
    validate: (value) => ({ value: value as Readonly<Record<string, unknown>> }),
    jsonSchema: { input: describeObject, output: describeObject },
  },
}
