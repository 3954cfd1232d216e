import type { CallResult } from '@headrace/core'
import type { Reply } from '../agent/dialogue.ts'
import type { RouteOptions } from './route.ts'

/** Where the dialogue sits in the place of an SDK's model: the SDK asks it, runs its calls and hands it their results. */
export interface ModelSeat {
  /** What the model says next; `answered` are the ids of the calls whose results the SDK hands over, in its order. */
  reply(answered: readonly string[]): Promise<Reply>
  leave(): void
}

/**
 * Takes the place of an SDK's model. An SDK hands on what a model is to read of a result; the results themselves are the
 * runtime's, which tells them when calls settle. A call that the SDK refused by itself, for its name or its arguments, is
 * answered by the runtime.
 */
export function takeModelSeat({ dialogue, runtime, scope }: RouteOptions): ModelSeat {
  const settled = new Map<string, CallResult>()
  const listening = runtime.events$.subscribe((event) => {
    if (event.type === 'call-settle') settled.set(event.callId, event.result)
  })
  let asked: Reply['calls'] = []
  return {
    async reply(answered) {
      const due = asked.map(({ callId }) => callId)
      if (due.join() !== answered.join()) {
        throw new Error(`results of ${due.join(', ')} were due, ${answered.join(', ') || 'none'} were handed over`)
      }
      const results = asked.map(async (call) => settled.get(call.callId) ?? (await scope.dispatch(call).result()))
      if (asked.length > 0) dialogue.tell(await Promise.all(results))
      settled.clear()
      const reply = await dialogue.ask()
      asked = reply.calls
      return reply
    },
    leave: () => listening.unsubscribe(),
  }
}
