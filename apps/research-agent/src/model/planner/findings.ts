import type { CallResult } from '@headrace/core'
import { z } from 'zod'
import type { Exchange, ModelCall } from '../model.ts'

/** What came of the calls of a plan so far, by the key that the plan gave each of them. */
export interface Findings {
  /** The result of the last call with this key. */
  result(key: string): CallResult | undefined
  /** How often a call with this key was made. */
  asked(key: string): number
  /** The rows of a query; none where it failed. */
  rows<Row>(key: string, row: z.ZodType<Row>): readonly Row[]
  /** The output of a call; undefined where it failed. */
  output<Output>(key: string, output: z.ZodType<Output>): Output | undefined
  /** The circuit breaker that rejected a call with this key, now or before. */
  rejectedBy(key: string): string | undefined
  /** Keys of the calls that did not succeed, in the order of their calls. */
  readonly failed: readonly string[]
}

/** A call's id is its key and how often it was asked before: `facts vite@8.0.0 #2`. */
function keyOf({ callId }: Pick<ModelCall, 'callId'>): string {
  return callId.replace(/ #\d+$/, '')
}

/** The id of a call that is asked for the nth time. */
export function idOf(key: string, time: number): string {
  return time === 1 ? key : `${key} #${time}`
}

/** Reads the findings out of a conversation. */
export function readFindings(exchanges: readonly Exchange[]): Findings {
  const latest = new Map<string, CallResult>()
  const times = new Map<string, number>()
  const rejections = new Map<string, string>()
  for (const { calls, results } of exchanges) {
    for (const [index, call] of calls.entries()) {
      const key = keyOf(call)
      const result = results[index]
      times.set(key, (times.get(key) ?? 0) + 1)
      if (result === undefined) continue
      latest.set(key, result)
      if (result.status === 'error' && result.error.code === 'CIRCUIT_OPEN') {
        rejections.set(key, String(result.error.details.key))
      }
    }
  }
  const outputOf = (key: string): unknown => {
    const result = latest.get(key)
    return result?.status === 'ok' ? result.output : undefined
  }
  return {
    result: (key) => latest.get(key),
    asked: (key) => times.get(key) ?? 0,
    rows: (key, row) => z.object({ rows: z.array(row) }).safeParse(outputOf(key)).data?.rows ?? [],
    output: (key, output) => output.safeParse(outputOf(key)).data,
    rejectedBy: (key) => rejections.get(key),
    failed: [...latest].flatMap(([key, { status }]) => (status === 'ok' ? [] : [key])),
  }
}
