import type { CallResult, Runtime, Scope } from '@headrace/core'
import type { Exchange, Model, ModelCall } from '../model/model.ts'
import type { AgentEvent } from './agent-event.ts'
import { callLabel } from './call-label.ts'
import { embargoesOf, waitBefore, waitFor } from './wait-as-told.ts'

/** One conversation may take this long, and this many turns; what does not fit is not answered. */
const longestMs = 60_000
const maxTurns = 14

export interface QuestionOptions {
  readonly question: string
  /** Which question it is, of how many. */
  readonly number: number
  readonly of: number
  readonly runtime: Runtime
  readonly model: Model
  /** `one-by-one` starts each call of a turn when the one before has ended. */
  readonly order: 'together' | 'one-by-one'
  readonly signal: AbortSignal
  readonly emit: (event: AgentEvent) => void
}

/** What came of a question. */
export interface Answered {
  readonly question: string
  readonly answer: string
  readonly exchanges: readonly Exchange[]
}

/** Lets the model ask for calls and runs them, turn by turn, until it answers. */
export async function answerQuestion(options: QuestionOptions): Promise<Answered> {
  const { question, number, of, runtime, model, signal, emit } = options
  const scope = runtime.scope({ signal, deadline: Date.now() + longestMs, session: `question ${number}` })
  emit({ type: 'question-start', at: Date.now(), question, number, of, model: model.name })
  try {
    const exchanges = await converse(options, scope)
    const answer = exchanges.at(-1)?.text ?? ''
    emit({ type: 'question-end', at: Date.now(), answer, turns: exchanges.length })
    return { question, answer, exchanges }
  } finally {
    await scope.close()
  }
}

async function converse(options: QuestionOptions, scope: Scope): Promise<Exchange[]> {
  const { number, order, signal, emit } = options
  const exchanges: Exchange[] = []
  const embargoes: ReturnType<typeof embargoesOf> = []
  for (let turn = 1; turn <= maxTurns; turn += 1) {
    const { text, calls } = await readTurn(options, exchanges)
    if (calls.length === 0) return [...exchanges, { text, calls, results: [] }]

    const waitMs = waitBefore(calls, embargoes, performance.now())
    if (waitMs > 0) {
      emit({ type: 'agent-wait', at: Date.now(), waitMs })
      await waitFor(waitMs, signal)
    }
    const named = calls.map((call) => ({ ...call, callId: `q${number} ${call.callId}` }))
    const shown = named.map((call) => ({ callId: call.callId, tool: call.tool, label: callLabel(call) }))
    emit({ type: 'turn-start', at: Date.now(), turn, text, calls: shown })
    const results = order === 'together' ? await scope.dispatchAll(named) : await oneByOne(scope, named)
    signal.throwIfAborted()
    emit({ type: 'turn-end', at: Date.now(), turn, results })
    exchanges.push({ text, calls, results })
    embargoes.push(...embargoesOf({ calls, results }, performance.now()))
  }
  return [...exchanges, { text: `No answer within ${maxTurns} turns.`, calls: [], results: [] }]
}

async function readTurn(
  { model, question, runtime, signal, emit }: QuestionOptions,
  exchanges: readonly Exchange[],
): Promise<{ text: string; calls: ModelCall[] }> {
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

async function oneByOne(scope: Scope, calls: readonly ModelCall[]): Promise<CallResult[]> {
  const results: CallResult[] = []
  for (const call of calls) results.push(await scope.dispatch(call).result())
  return results
}
