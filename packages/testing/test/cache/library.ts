import { memoryCacheStore, type RuntimeOptions } from '@headrace/core'
import { openRuntime, resultOf, type Stage } from '../fixture/open-runtime.ts'
import { readTool, sleep, writeTool } from '../fixture/tools.ts'

type CachePolicy = Exclude<NonNullable<NonNullable<Parameters<typeof readTool>[2]>['cache']>, false>

/** Whose call it is. */
export interface Caller {
  readonly tenant?: string
  readonly session?: string
}

/** A backend of one number per name, a tool that reads one, a tool that reads another way, and a tool that writes one. */
export interface Library extends Stage {
  readonly values: Map<string, number>
  readonly runs: { get: number; list: number; set: number }
  /** Reads by `get`; gives the value and the layer that answered. `ms` pass before it has to be settled. */
  read(name: string, caller?: Caller, ms?: number): Promise<[unknown, string | undefined]>
  /** Reads by `list`, another tool with the same tags. */
  list(name: string, caller?: Caller, ms?: number): Promise<[unknown, string | undefined]>
  write(name: string, value: number, caller?: Caller, ms?: number): Promise<void>
}

/** How a {@link Library} is opened. */
export interface LibraryOptions {
  readonly cache?: Partial<CachePolicy>
  /** How long a read takes after it has looked at the backend, and a write before it changes it. */
  readonly ms?: number
  readonly runtime?: Omit<RuntimeOptions, 'tools' | 'clock'> & { readonly clock?: Stage['clock'] }
  readonly values?: Map<string, number>
}

/** Opens a {@link Library}: the results of both readers carry the tag of their name. */
export function openLibrary({ cache = {}, ms = 0, runtime = {}, values = new Map() }: LibraryOptions = {}): Library {
  const runs = { get: 0, list: 0, set: 0 }
  const policy = { cache: { ttl: 60_000, scope: 'shared', tags: tagsOf, ...cache } } as const
  const reader = (name: 'get' | 'list') =>
    readTool(
      name,
      async ({ q = '' }) => {
        runs[name] += 1
        const value = values.get(q) ?? 0
        if (ms > 0) await sleep(stage.clock, ms)
        return value
      },
      policy,
    )
  const writer = writeTool(
    'set',
    async ({ q = '', n = 0 }) => {
      runs.set += 1
      if (ms > 0) await sleep(stage.clock, ms)
      values.set(q, n)
      return 'done'
    },
    { invalidates: tagsOf },
  )
  const stage: Stage = openRuntime({
    cache: memoryCacheStore(),
    ...runtime,
    tools: [reader('get'), reader('list'), writer],
  })
  const read =
    (tool: string) =>
    async (q: string, caller: Caller = {}, wait: number = ms) => {
      const pending = stage.call(tool, { q }, caller)
      await stage.clock.advance(wait)
      const result = await resultOf(pending)
      return [result.status === 'ok' ? result.output : result.status, result.meta.cache?.layer] as [
        unknown,
        string | undefined,
      ]
    }
  const write = async (q: string, n: number, caller: Caller = {}, wait: number = ms): Promise<void> => {
    const pending = stage.call('set', { q, n }, caller)
    await stage.clock.advance(wait)
    await resultOf(pending)
  }
  return { ...stage, values, runs, read: read('get'), list: read('list'), write }
}

const tagsOf = ({ q }: { readonly q?: string }): string[] => [`name:${q}`]
