import type { CreateContender } from '../../contender.ts'
import { tools, waitingTools } from './ai-sdk.ts'
import { replayWithStreamText } from './replay-with-stream-text.ts'
import { messageWithStreamText } from './with-stream-text.ts'

/** The SDK alone: it validates arguments, and runs the tools when the message has ended. */
export const create: CreateContender = (workload) => ({
  message: messageWithStreamText(tools),
  replay: replayWithStreamText(waitingTools(workload)),
})
