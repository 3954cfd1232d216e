import type { CreateContender } from '../../contender.ts'
import { forecastTool } from '../../forecast.ts'
import { tools } from './ai-sdk.ts'
import { wrapped } from './headrace-ai-sdk.ts'
import { messageWithGenerateText } from './with-generate-text.ts'

const policy = { cache: { ttl: forecastTool.cache.ttl, scope: 'shared' } } as const

/** The same tools, wrapped: exact cache with single-flight, and the four policies. */
export const create: CreateContender = (workload) => ({
  message: messageWithGenerateText(wrapped(tools, workload, { annotations: { readOnlyHint: true }, policy })),
})
