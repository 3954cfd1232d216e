import { createRuntime } from '@headrace/core'
import { type Answered, answerQuestion } from '../agent/answer-question.ts'
import type { Check } from '../checks/check.ts'
import { checkNothingLeft, checkSettlements, countSettlements } from '../checks/check-settlements.ts'
import type { Model } from '../model/model.ts'
import type { Outside } from '../outside/outside.ts'
import type { Route } from '../route/route.ts'
import type { Ledger } from '../service/ledger.ts'
import { startService } from '../service/start-service.ts'
import { createTally } from '../summary/create-tally.ts'
import type { RunSummary } from '../summary/run-summary.ts'
import { createTools } from '../tools/create-tools.ts'
import type { View, ViewEvent } from '../view/view.ts'
import { createCleanup } from './cleanup.ts'
import type { Library } from './prepare-library.ts'

export interface RunOptions {
  readonly library: Library
  readonly questions: readonly string[]
  readonly model: Model
  readonly route: Route
  readonly seed: number
  readonly outside: Outside['runtime']
  readonly signal: AbortSignal
  readonly view: View
}

/** What came of a run. */
export interface Run {
  readonly answers: readonly Answered[]
  readonly summary: RunSummary
  /** What the service counted; undefined where it is gone. */
  readonly ledger: Ledger | undefined
  readonly checks: readonly Check[]
}

/** Which shelf is out, from which request on, for how long: in the middle of the first question. */
const outage = { shelf: 'a-m', atRequest: 6, forMs: 1000 } as const

/** Asks the questions with a runtime and a service of their own, so that every run begins with empty caches. */
export async function runQuestions(options: RunOptions): Promise<Run> {
  const { library, questions, seed, outside, view } = options
  const cleanup = createCleanup()
  try {
    const { project, database, searchIndex } = library
    const service = await startService({ project, seed, outage })
    cleanup.add(service.stop)
    const text = `${service.url}, process ${service.processId}, misbehaves with seed ${seed}`
    view.show({ type: 'prepare', at: Date.now(), what: 'metadata service', done: 1, total: 1, isReady: true, text })
    const tools = createTools({ packages: project.packages, database, searchIndex, serviceUrl: service.url })
    const runtime = createRuntime({ tools, ...outside })
    cleanup.add(() => runtime.close())

    const tally = createTally(Date.now())
    const settlements = countSettlements()
    const emit = (event: ViewEvent): void => {
      tally.count(event)
      view.show(event)
    }
    runtime.events$.subscribe((event) => {
      settlements.count(event)
      emit(event)
    })
    const answers: Answered[] = []
    for (const [index, question] of questions.entries()) {
      answers.push(
        await answerQuestion({ ...options, question, number: index + 1, of: questions.length, runtime, emit }),
      )
    }
    const checks = [checkSettlements(answers, settlements.settled), checkNothingLeft(runtime.snapshot())]
    return { answers, summary: tally.summary(answers), ledger: await service.ledger().catch(() => undefined), checks }
  } finally {
    await cleanup.run()
  }
}
