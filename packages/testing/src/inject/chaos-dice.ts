import type { Clock } from '@headrace/core'
import { checkArray, checkFunction, checkKeys, checkNumber } from '../options/check-option.ts'
import { checkFailure, type ScriptedFailure } from '../script/scripted-failure.ts'
import { createSeededRandom } from '../seeded-random.ts'

/** What goes wrong, how often, and for whom. At least one of `fault`, `latency` and `outcome` has to be given. */
export interface ChaosOptions {
  /** The part of the calls that something happens to, from 0 to 1; one of the given kinds, each as likely. */
  readonly rate: number
  /** Asked once for each call: the same numbers give the same decisions. `createSeededRandom(1)`. */
  readonly random: () => number
  /** Fails instead of running the tool. */
  readonly fault?: ScriptedFailure | Error | undefined
  /** Waits before the tool runs: whole milliseconds from `min` (0) to `max`, each as likely. */
  readonly latency?: { readonly min?: number | undefined; readonly max: number } | undefined
  /** Lets the tool run and then fails in place of its result: the answer is lost, its effects are not. */
  readonly outcome?: ScriptedFailure | Error | undefined
  /** Names of the tools that it happens to; all when not given. Calls of others are not counted. */
  readonly tools?: readonly string[] | undefined
  /** Where injected waits come from: the test's clock. The process's clock when not given. */
  readonly clock?: Clock | undefined
}

/** Something that was made to happen. */
export interface Injection {
  readonly kind: 'fault' | 'latency' | 'outcome'
  /** Which call it was, or which attempt of a chaotic tool, counted from 1. */
  readonly number: number
  readonly callId: string
  readonly tool: string
  /** The wait of a `latency`, in milliseconds; 0 of the others. */
  readonly delayMs: number
}

/** Decides what happens to each call. */
export interface ChaosDice {
  /** What was made to happen so far. */
  readonly injections: readonly Injection[]
  roll(callId: string, tool: string): Injection | undefined
}

const known = ['rate', 'random', 'fault', 'latency', 'outcome', 'tools', 'clock']

/** Makes dice for calls; `where` begins the messages of errors. Throws where an option makes no sense. */
export function createChaosDice(where: string, options: ChaosOptions): ChaosDice {
  checkOptions(where, options)
  const { rate, random, latency, tools } = options
  const kinds = (['fault', 'latency', 'outcome'] as const).filter((kind) => options[kind] !== undefined)
  const { min = 0, max = 0 } = latency ?? {}
  const injections: Injection[] = []
  let number = 0
  return {
    injections,
    roll(callId, tool) {
      if (tools !== undefined && !tools.includes(tool)) return undefined
      number += 1
      // One draw for each call, so that what a call needs moves no other call.
      const own = createSeededRandom(Math.floor(random() * 2 ** 32))
      if (own() >= rate) return undefined
      const kind = kinds[Math.floor(own() * kinds.length)]
      if (kind === undefined) return undefined
      const delayMs = kind === 'latency' ? min + Math.floor(own() * (max - min + 1)) : 0
      const injection = { kind, number, callId, tool, delayMs }
      injections.push(injection)
      return injection
    },
  }
}

function checkOptions(where: string, options: ChaosOptions): void {
  checkKeys(where, options, known)
  const { rate, random, fault, latency, outcome, tools } = options
  checkNumber(where, 'rate', rate ?? Number.NaN, { min: 0, max: 1 })
  checkFunction(where, 'random', random ?? 'nothing')
  checkArray(where, 'tools', tools)
  if (fault !== undefined) checkFailure(`${where}: fault`, fault)
  if (outcome !== undefined) checkFailure(`${where}: outcome`, outcome)
  if (latency !== undefined) checkLatency(`${where}: latency`, latency)
  if (fault === undefined && latency === undefined && outcome === undefined) {
    throw new TypeError(`${where}: needs fault, latency or outcome, else nothing happens`)
  }
}

function checkLatency(where: string, latency: NonNullable<ChaosOptions['latency']>): void {
  checkKeys(where, latency, ['min', 'max'])
  const { min = 0, max } = latency
  checkNumber(where, 'min', min, { min: 0, integer: true })
  checkNumber(where, 'max', max ?? Number.NaN, { min, integer: true })
}
