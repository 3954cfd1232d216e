import type { CreateContender } from '../../contender.ts'
import { forecastTool } from '../../forecast.ts'
import { tools, waitingTools } from './ai-sdk.ts'
import { wrapped } from './headrace-ai-sdk.ts'
import { replayWithStreamText } from './replay-with-stream-text.ts'
import { messageWithStreamText } from './with-stream-text.ts'

const policy = { cache: { ttl: forecastTool.cache.ttl, scope: 'shared' } } as const
const annotations = { readOnlyHint: true }

/** The same tools, wrapped: exact cache with single-flight, the four policies, and calls that start early. */
export const create: CreateContender = (workload) => ({
  message: messageWithStreamText(wrapped(tools, workload, { annotations, policy })),
  replay: replayWithStreamText(wrapped(waitingTools(workload), workload, { annotations })),
})
