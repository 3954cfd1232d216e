// Runs a plan of checks: `node tools/check.mjs test|check|full [step ...]`. Every step runs, also after a failing one, and
// beside another one: some work, others wait. The last line is the tally and the exit code says whether anything failed.
import { plans } from './plan.mjs'
import { runSteps, selectSteps } from './run-steps.mjs'

const [name = 'test', ...wanted] = process.argv.slice(2)
const plan = plans[name]()
const unknown = wanted.filter((step) => !plan.some((known) => known.name === step))
if (unknown.length > 0) {
  console.error(`no step named ${unknown.join(', ')}; the steps are ${plan.map((step) => step.name).join(', ')}`)
  process.exit(2)
}

const tally = await runSteps(wanted.length > 0 ? selectSteps(plan, wanted) : plan, { atOnce: 2 })
process.exitCode = tally.failed > 0 ? 1 : 0
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
