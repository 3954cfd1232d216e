import { lastValueFrom, mergeMap, range } from 'rxjs'
import { type CreateContender, input } from '../contender.ts'

/** `mergeMap(tool, concurrency)` alone: a limit and nothing else, and a buffer without bound. */
export const create: CreateContender = ({ tool, concurrency }) => ({
  all: (count) => lastValueFrom(range(0, count).pipe(mergeMap(() => tool(input), concurrency))),
})
