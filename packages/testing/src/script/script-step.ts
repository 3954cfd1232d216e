import type { ProgressUpdate } from '@headrace/core'
import { checkArray, checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'
import { checkFailure, type ScriptedFailure } from './scripted-failure.ts'

/** What every step can say about the way to its end. */
export interface StepWay {
  /** Milliseconds before the step does anything; 0 by default. */
  readonly after?: number | undefined
  /** Told one by one, before the parts of a `stream`. */
  readonly progress?: readonly ProgressUpdate[] | undefined
  /** Milliseconds of pause after each progress update and each part; 0 by default. */
  readonly every?: number | undefined
  /** Goes on when its signal aborts, so that its result comes late; false by default. */
  readonly deaf?: boolean | undefined
}

/** Anything but a function that is asked for it. */
type Value = object | string | number | bigint | boolean | symbol | null | undefined

/** How a step ends: one of these; where there is a `stream` alone, its last part is the result. */
export type StepEnd<Input = unknown> =
  | {
      /** The result, or a function of the input that gives it. */
      readonly give: Value | ((input: Input) => unknown)
      readonly stream?: readonly unknown[] | undefined
      readonly fail?: undefined
      readonly hang?: undefined
    }
  | {
      /** The error to throw, or what it tells. */
      readonly fail: ScriptedFailure | Error
      readonly stream?: readonly unknown[] | undefined
      readonly give?: undefined
      readonly hang?: undefined
    }
  | {
      /** Never ends by itself: `obeys` ends when its signal aborts, `deaf` not even then. */
      readonly hang: 'obeys' | 'deaf'
      readonly stream?: readonly unknown[] | undefined
      readonly give?: undefined
      readonly fail?: undefined
    }
  | {
      /** Values that are given one by one before the end. */
      readonly stream: readonly unknown[]
      readonly give?: undefined
      readonly fail?: undefined
      readonly hang?: undefined
    }

/** What one run of a scripted tool does, as plain data: how it ends, and the way there. */
export type ScriptStep<Input = unknown> = StepWay & StepEnd<Input>

type StepKey = keyof StepWay | 'give' | 'fail' | 'hang' | 'stream'

/** Refuses keys that no step has. */
export type KnownKeys<Step> = Step extends unknown ? { readonly [Key in Exclude<keyof Step, StepKey>]?: never } : never

/** What steps stream before their end. */
export type PartOfSteps<Step> = Step extends { readonly stream: readonly (infer Part)[] } ? Part : never

type GivenBy<Step> = Step extends { readonly give: infer Given }
  ? Given extends (...args: never) => infer Returned
    ? Returned
    : Given
  : PartOfSteps<Step>

/** What steps give in the end; unknown where none gives anything. */
export type OutputOfSteps<Step> = [GivenBy<Step>] extends [never] ? unknown : GivenBy<Step>

const ends = ['give', 'fail', 'hang'] as const
const known = ['after', 'progress', 'every', 'deaf', 'stream', ...ends]

/** Throws where a step makes no sense. */
export function checkStep(where: string, step: ScriptStep): void {
  checkKeys(where, step, known)
  const { after, every, progress, stream, hang, deaf, fail } = step
  const said = ends.filter((end) => step[end] !== undefined)
  if (said.length > 1) throw new TypeError(`${where}: says ${said.join(' and ')}; a step has one end`)
  if (said.length === 0 && stream === undefined && !('give' in step)) {
    throw new TypeError(`${where}: does not say how it ends: it needs give, fail, hang or stream`)
  }
  checkNumber(where, 'after', after, { min: 0 })
  checkNumber(where, 'every', every, { min: 0 })
  checkArray(where, 'progress', progress)
  checkArray(where, 'stream', stream)
  checkOneOf(where, 'deaf', deaf, [true, false])
  checkOneOf(where, 'hang', hang, ['obeys', 'deaf'])
  if (fail !== undefined) checkFailure(`${where}: fail`, fail)
}
