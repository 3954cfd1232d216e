import { type ToolSet, tool } from 'ai'
import type { MockLanguageModelV4 } from 'ai/test'
import type { ModelCall, Workload } from '../../contender.ts'
import { type Forecast, forecast, forecastTool } from '../../forecast.ts'
import { zodForecast } from '../../zod-forecast.ts'

const { name, description } = forecastTool

/** The tools of both forms. */
export const tools: ToolSet = { [name]: tool({ description, inputSchema: zodForecast, execute: forecast }) }

/** The same tool with the work of a row behind it. */
export function waitingTools({ tool: work }: Workload): ToolSet {
  const execute = ({ days }: Forecast): Promise<unknown> => work({ id: days })
  return { [name]: tool({ description, inputSchema: zodForecast, execute }) }
}

/** A call as a provider hands it over: arguments are JSON text. */
export interface ProviderCall {
  readonly type: 'tool-call'
  readonly toolCallId: string
  readonly toolName: string
  readonly input: string
}

/** What a model counts; no provider, no numbers. */
export const usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

/** The calls of a message in the provider's form. */
export function toolCalls(calls: readonly ModelCall[]): ProviderCall[] {
  return calls.map(({ tool: toolName, arguments: input }, index) => ({
    type: 'tool-call',
    toolCallId: `call_${index}`,
    toolName,
    input: String(input),
  }))
}

/** One part of a model's stream. */
export type StreamPart =
  Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never
