import pLimit from 'p-limit'
import type { CreateContender } from '../contender.ts'

/** Concurrency only. The function's arguments are handed over as its readme advises for many calls: no closure per call. */
export const create: CreateContender = ({ tool, concurrency }) => {
  const limit = pLimit(concurrency)
  return { call: (input) => limit(tool, input) }
}
