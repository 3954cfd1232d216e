import type { CallResult, Runtime } from '@headrace/core'
import type { Exchange, Model, ModelCall } from '../model/model.ts'
import type { AgentEvent } from './agent-event.ts'
import { callLabel } from './call-label.ts'
import { type Embargo, embargoesOf, waitBefore, waitFor } from './wait-as-told.ts'

/** So many turns may a question take; what does not fit is not answered. */
const maxTurns = 14

export interface DialogueOptions {
  readonly question: string
  /** Which question it is. */
  readonly number: number
  readonly runtime: Runtime
  readonly model: Model
  readonly signal: AbortSignal
  readonly emit: (event: AgentEvent) => void
}

/** What the model says in one turn. Its calls have ids that are unique in the run; without calls it is the answer. */
export interface Reply {
  readonly text: string
  readonly calls: readonly ModelCall[]
}

/** The talk with the model about one question; who runs its calls is another's business. */
export interface Dialogue {
  readonly exchanges: readonly Exchange[]
  /** Lets the model speak, and waits before its calls as long as earlier errors said. */
  ask(): Promise<Reply>
  /** The results of the calls of the last reply, in their order. */
  tell(results: readonly CallResult[]): void
}

/** Begins the talk about a question. */
export function createDialogue(options: DialogueOptions): Dialogue {
  const { number, signal, emit } = options
  const exchanges: Exchange[] = []
  const embargoes: Embargo[] = []
  let last: Reply = { text: '', calls: [] }
  const turn = (): number => exchanges.length + 1
  const end = (reply: Reply): Reply => {
    exchanges.push({ ...reply, results: [] })
    return reply
  }
  return {
    exchanges,
    async ask() {
      if (turn() > maxTurns) return end({ text: `No answer within ${maxTurns} turns.`, calls: [] })
      const { text, calls } = await listen(options, exchanges)
      if (calls.length === 0) return end({ text, calls })

      const waitMs = waitBefore(calls, embargoes, performance.now())
      if (waitMs > 0) {
        emit({ type: 'agent-wait', at: Date.now(), waitMs })
        await waitFor(waitMs, signal)
      }
      const named = calls.map((call) => ({ ...call, callId: `q${number}-${call.callId}` }))
      const shown = named.map((call) => ({ callId: call.callId, tool: call.tool, label: callLabel(call) }))
      emit({ type: 'turn-start', at: Date.now(), turn: turn(), text, calls: shown })
      last = { text, calls }
      return { text, calls: named }
    },
    tell(results) {
      signal.throwIfAborted()
      emit({ type: 'turn-end', at: Date.now(), turn: turn(), results })
      const { text, calls } = last
      exchanges.push({ text, calls, results })
      embargoes.push(...embargoesOf({ calls, results }, performance.now()))
    },
  }
}

async function listen(
  { model, question, runtime, signal, emit }: DialogueOptions,
  exchanges: readonly Exchange[],
): Promise<Reply> {
  const calls: ModelCall[] = []
  let text = ''
  for await (const part of model.turn({ question, exchanges, tools: runtime.registry.list() }, { signal })) {
    if (part.type === 'call') calls.push(part.call)
    else {
      text += part.text
      emit({ type: 'model-text', at: Date.now(), text: part.text })
    }
  }
  return { text, calls }
}
