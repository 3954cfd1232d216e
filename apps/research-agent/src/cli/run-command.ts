import type { Check } from '../checks/check.ts'
import { checkAnswers } from '../checks/check-answer.ts'
import { checkService } from '../checks/check-service.ts'
import { checkShow } from '../checks/check-show.ts'
import { demoQuestions } from '../checks/demo-questions.ts'
import { readContent } from '../checks/expected-facts.ts'
import { watchRejections } from '../checks/watch-rejections.ts'
import { chooseModel } from '../model/choose-model.ts'
import { openOutside } from '../outside/open-outside.ts'
import { directOneByOne } from '../route/direct-routes.ts'
import { findRoute } from '../route/find-route.ts'
import { seconds } from '../view/draw-summary.ts'
import type { View } from '../view/view.ts'
import type { Cleanup } from './cleanup.ts'
import type { CommandOptions } from './parse-command.ts'
import { type Library, prepareLibrary } from './prepare-library.ts'
import { projectDirectory } from './project-directory.ts'
import { type Run, type RunOptions, runQuestions } from './run-questions.ts'

export interface RunCommandOptions {
  readonly command: CommandOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly view: View
  readonly signal: AbortSignal
  readonly cleanup: Cleanup
}

/** Does what the command line asks for. Resolves to whether every check is right. */
export async function runCommand({ command, environment, view, signal, cleanup }: RunCommandOptions): Promise<boolean> {
  const rejections = watchRejections()
  cleanup.add(rejections.stop)
  const directory = projectDirectory(command.project, environment)
  const makeModel = chooseModel({ environment, planner: command.planner || command.check })
  const library = await prepareLibrary({ directory, signal, cleanup, emit: view.show })
  const packageNames = [...new Set(library.project.packages.map(({ name }) => name))]
  const model = await makeModel(packageNames)
  const questions = command.questions.length > 0 ? command.questions : demoQuestions.map(({ question }) => question)

  const { redis, otel, seed } = command
  const outside = await openOutside({ redis, otel, about: [directory, seed] })
  cleanup.add(outside.close)
  const run: RunOptions = {
    library,
    questions,
    model,
    route: await findRoute(command.through),
    seed,
    outside: outside.runtime,
    signal,
    view,
  }
  const together = await runQuestions(run)
  view.summary(together.summary)
  const checks = [...(await checkRun(together, library)), ...(command.check ? checkShow(together.summary) : [])]
  if (command.sequential) checks.push(...(await compare(run, together)))
  checks.push(rejections.check())
  view.checks(checks)
  return checks.every(({ isRight }) => isRight)
}

/** A language model may ask for what is not installed: such an attempt never reaches the service. */
async function checkRun({ answers, ledger, checks }: Run, { database }: Library): Promise<Check[]> {
  const isOwn = answers.every(({ question }) => demoQuestions.some((one) => one.question === question))
  return [
    ...checks,
    ...(isOwn ? [checkService(answers, ledger)] : []),
    ...checkAnswers(answers, await readContent(database)),
  ]
}

async function compare(run: RunOptions, together: Run): Promise<Check[]> {
  run.view.note('The same again, one call at a time: a new service with the same seed, empty caches')
  const oneByOne = await runQuestions({ ...run, route: directOneByOne, outside: {} })
  run.view.summary(oneByOne.summary)
  const [fast, slow] = [together.summary.wallMs, oneByOne.summary.wallMs]
  run.view.note(`Together ${seconds(fast)}, one at a time ${seconds(slow)}: ${(slow / fast).toFixed(1)} times as long`)
  const checks = await checkRun(oneByOne, run.library)
  return checks.map((check) => ({ ...check, name: `one at a time: ${check.name}` }))
}
