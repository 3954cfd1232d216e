import { readTurn, type TurnEvent } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { concat, map, type Observable, of } from 'rxjs'
import { langChainNames } from '../tools/lang-chain-names.ts'
import { createLangChainReader, streamDone } from './lang-chain-reader.ts'

/** What a model's stream says of its calls, with the names of the runtime's tools. */
export function turnOf(values$: Observable<unknown>, runtime?: Runtime): Observable<TurnEvent> {
  const turn$ = readTurn<unknown>(concat(values$, of(streamDone)), createLangChainReader)
  if (runtime === undefined) return turn$
  return turn$.pipe(
    map((event) => {
      if (event.type === 'finish') return event
      const tool = langChainNames(runtime.registry).fromProvider(event.call.tool)
      return { ...event, call: { ...event.call, tool } }
    }),
  )
}
