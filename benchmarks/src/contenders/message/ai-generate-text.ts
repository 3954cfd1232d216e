import type { CreateContender } from '../../contender.ts'
import { tools } from './ai-sdk.ts'
import { messageWithGenerateText } from './with-generate-text.ts'

/** The SDK alone: it validates arguments and runs the tool. */
export const create: CreateContender = () => ({ message: messageWithGenerateText(tools) })
