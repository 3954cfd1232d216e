import type { CallOptions, PendingCall, ToolPolicy } from '@headrace/core'
import { openRuntime, type Stage, type StageOptions } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

/** A runtime with one tool, `work`, that notes when it starts and takes 10 ms. */
export interface Queue extends Stage {
  /** The names of the calls in the order of their start. */
  readonly order: string[]
  readonly start: (name: string, options?: CallOptions & { readonly ms?: number }) => PendingCall<unknown>
}

/** Opens a runtime whose tool has this concurrency policy. */
export function openQueue(
  concurrency: ToolPolicy['concurrency'],
  policy: ToolPolicy = {},
  options: StageOptions = {},
): Queue {
  const order: string[] = []
  const work = readTool(
    'work',
    async ({ q = '', n = 10 }, { signal }) => {
      order.push(q)
      await sleep(stage.clock, n, signal)
    },
    { retry: false, timeout: { total: 10_000_000 }, ...policy, concurrency },
  )
  const stage = openRuntime({ ...options, tools: [work, ...(options.tools ?? [])] })
  return {
    ...stage,
    order,
    start: (name, { ms = 10, ...callOptions } = {}) => stage.call('work', { q: name, n: ms }, callOptions),
  }
}
