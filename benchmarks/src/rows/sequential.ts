import { type Contender, input, requireForm, type Workload } from '../contender.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import type { Probe, Scale } from '../row.ts'

/** A tool that has its answer at once. */
export const immediateTool: Workload['tool'] = async ({ id }) => id

/** Room for one call after the other, and for the 64 of the page. */
export const sequentialWorkload: Workload = { tool: immediateTool, concurrency: 64, queue: 1_000 }

/** Measures CPU per call of a function that runs so many calls one after the other. */
export async function sequentialProbe(run: (count: number) => Promise<void>, scale: Scale): Promise<Probe> {
  const count = await calibrate(run, scale)
  return {
    measure: async () => {
      // The process has slept since its last round: its caches are cold.
      await run(Math.ceil(count / 4))
      return { cpu: await cpuPerCall(count, () => run(count)) }
    },
  }
}

/** Awaits one call after the other. */
export function awaitEach(contender: Contender): (count: number) => Promise<void> {
  const call = requireForm(contender, 'call')
  return async (count) => {
    for (let index = 0; index < count; index++) await call(input)
  }
}

/** Subscribes to one call after the other, the next one when the last has completed. */
export function subscribeEach(contender: Contender): (count: number) => Promise<void> {
  const { subscribe } = contender
  if (subscribe === undefined) return awaitEach(contender)
  return async (count) => {
    for (let index = 0; index < count; index++) await new Promise<void>((resolve) => subscribe(input, resolve))
  }
}
