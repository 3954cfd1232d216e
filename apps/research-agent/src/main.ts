import { createCleanup } from './cli/cleanup.ts'
import { Interruption, watchInterruption } from './cli/interruption.ts'
import { parseCommand } from './cli/parse-command.ts'
import { runCommand } from './cli/run-command.ts'
import { ModelError } from './model/openai/model-error.ts'
import { ProjectError } from './project/project-error.ts'
import { createView } from './view/create-view.ts'

/** Long enough for a slow machine; `npm test` does not wait for more. */
const checkLimitMs = 60_000

// A reader that goes away (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const command = parseCommand(process.argv.slice(2))
const { signal, stop } = watchInterruption(command.check ? checkLimitMs : undefined)
const view = createView({ stream: process.stdout, json: command.json, environment: process.env, plain: command.check })
const cleanup = createCleanup()
cleanup.add(stop)
cleanup.add(view.close)
try {
  const isRight = await runCommand({ command, environment: process.env, view, signal, cleanup })
  process.exitCode = isRight ? 0 : 1
} catch (error) {
  view.close()
  process.exitCode = explain(error)
} finally {
  await cleanup.run()
}

/** Says what went wrong, and gives the exit code. What to do about it stands in the messages of the app's own errors. */
function explain(error: unknown): number {
  const isExpected = error instanceof ProjectError || error instanceof ModelError || error instanceof Interruption
  process.stderr.write(`research-agent: ${isExpected ? error.message : describe(error)}\n`)
  return error instanceof Interruption ? error.exitCode : 1
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
