import type { CallResult, Scope } from '@headrace/core'
import type { Reply } from '../agent/dialogue.ts'
import type { Route } from './route.ts'

/** The calls of a turn start together. */
export const directTogether: Route = direct('together', (scope, calls) => scope.dispatchAll(calls))

/** Each call of a turn starts when the one before has ended. */
export const directOneByOne: Route = direct('one by one', async (scope, calls) => {
  const results: CallResult[] = []
  for (const call of calls) results.push(await scope.dispatch(call).result())
  return results
})

function direct(name: string, dispatch: (scope: Scope, calls: Reply['calls']) => Promise<CallResult[]>): Route {
  return {
    name,
    async run({ dialogue, scope }) {
      for (;;) {
        const { calls } = await dialogue.ask()
        if (calls.length === 0) return
        dialogue.tell(await dispatch(scope, calls))
      }
    },
  }
}
