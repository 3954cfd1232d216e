import type { PortOptions } from '@headrace/core'
import { hold } from './hold.ts'
import type { Trial } from './trial.ts'

const patienceMs = { caller: 200, server: 1_000 }
const { setTimeout: setRealTimer, clearTimeout: clearRealTimer } = globalThis

/** A call of a port, with the name that it has there. */
export type AbortedCall = readonly [method: string, call: (options: PortOptions) => unknown]

/** Makes each call with a signal that is aborted already: it may answer or reject, and must do one of them. */
export async function holdAborted<Port>(trial: Trial<Port>, calls: readonly AbortedCall[]): Promise<void> {
  const signal = AbortSignal.abort(new Error('the caller has gone'))
  for (const [method, call] of calls) {
    hold(
      await ends(() => call({ ...trial.at(), signal }), patienceMs[trial.time.clock]),
      `${method} answers or rejects when its signal is aborted`,
      'no answer',
    )
  }
}

async function ends(call: () => unknown, withinMs: number): Promise<boolean> {
  const silence = Promise.withResolvers<boolean>()
  const timer = setRealTimer(() => silence.resolve(false), withinMs)
  const answer = new Promise((resolve) => {
    resolve(call())
  }).then(
    () => true,
    () => true,
  )
  const isEnded = await Promise.race([answer, silence.promise])
  clearRealTimer(timer)
  return isEnded
}
