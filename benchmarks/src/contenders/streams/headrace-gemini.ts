import { toolCallsFromBytes } from '@headrace/gemini'
import type { CreateContender } from '../../contender.ts'
import { countCalls } from './count-calls.ts'

export const create: CreateContender = () => ({ assemble: countCalls((source) => toolCallsFromBytes(source)) })
