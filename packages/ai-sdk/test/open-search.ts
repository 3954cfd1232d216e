import type { Runtime } from '@headrace/core'
import { type StopCondition, stepCountIs, streamText, type TextStreamPart, type Tool, type ToolSet, tool } from 'ai'
import { z } from 'zod'
import { type WrapToolsOptions, wrapTools } from '../src/index.ts'
import { openRuntime } from './open-runtime.ts'
import type { LivingModel } from './scripted-model.ts'

export const prompt = 'Go'
export const stopWhen: StopCondition<ToolSet> = stepCountIs(5)

/** One run of a tool that the test sees and ends. */
interface Run {
  /** Resolves when the tool is called, with its signal. */
  readonly begun: PromiseWithResolvers<AbortSignal>
  readonly end: PromiseWithResolvers<string>
}

/** A tool whose runs the test sees, by the id of their call, and ends. */
export interface Search {
  readonly search: Tool<{ q?: string | undefined }, string>
  /** The ids of the calls that have begun, in their order. */
  readonly begun: string[]
  run(id: string): Run
}

export function createSearch(): Search {
  const runs = new Map<string, Run>()
  const run = (id: string): Run => {
    const known = runs.get(id) ?? { begun: Promise.withResolvers(), end: Promise.withResolvers() }
    runs.set(id, known)
    return known
  }
  const begun: string[] = []
  const search = tool({
    inputSchema: z.object({ q: z.string().optional() }),
    execute: (_, { toolCallId, abortSignal }) => {
      begun.push(toolCallId)
      const { begun: begin, end } = run(toolCallId)
      if (abortSignal) begin.resolve(abortSignal)
      return end.promise
    },
  })
  return { search, begun, run }
}

/** A read-only search behind a runtime. */
export function openSearch(
  options: WrapToolsOptions = {},
): Omit<Search, 'search'> & { tools: ToolSet; runtime: Runtime; log: string[] } {
  const { search, begun, run } = createSearch()
  const { runtime, log } = openRuntime()
  const tools = wrapTools({ search }, runtime, {
    tools: { search: { annotations: { readOnlyHint: true } } },
    ...options,
  })
  return { tools, runtime, log, begun, run }
}

/** What a stream says, by the types of its parts: so far, and when it is done. */
export interface Reading {
  readonly parts: string[]
  readonly done: Promise<string[]>
}

/** Reads a stream at once. */
export function read(stream: AsyncIterable<TextStreamPart<ToolSet>>): Reading {
  const parts: string[] = []
  const done = (async () => {
    for await (const part of stream) parts.push(part.type)
    return parts
  })()
  return { parts, done }
}

/** Streams what the model says, and reads it at once. */
export function stream(
  living: LivingModel,
  tools: ToolSet,
  more: Partial<Parameters<typeof streamText>[0]> = {},
): Reading {
  const { fullStream } = streamText({
    ...more,
    model: living.model,
    tools,
    messages: [{ role: 'user', content: prompt }],
    stopWhen,
    onError: () => {},
  } as Parameters<typeof streamText>[0])
  return read(fullStream)
}

/** Lets all happen that can happen now. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
