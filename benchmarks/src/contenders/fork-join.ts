import { defer, forkJoin, lastValueFrom } from 'rxjs'
import { type CreateContender, input } from '../contender.ts'

/** `forkJoin` over all calls: no limit, all of them in flight. */
export const create: CreateContender = ({ tool }) => ({
  all: (count) => lastValueFrom(forkJoin(Array.from({ length: count }, () => defer(() => tool(input))))),
})
