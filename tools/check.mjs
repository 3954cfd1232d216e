// Runs a plan of checks: `node tools/check.mjs test|check|full [step ...]`. Every step runs, also after a failing one;
// the last line is the tally and the exit code says whether anything failed.
import { plans } from './plan.mjs'
import { runSteps } from './run-steps.mjs'

const [name = 'test', ...only] = process.argv.slice(2)
const plan = Object.hasOwn(plans, name) ? plans[name]() : undefined
if (!plan) throw new Error(`no plan named ${name}; there are ${Object.keys(plans).join(', ')}`)

const unknown = only.filter((wanted) => !plan.some((step) => step.name === wanted))
if (unknown.length > 0) {
  throw new Error(`no step named ${unknown.join(', ')}; there are ${plan.map((step) => step.name).join(', ')}`)
}

const tally = await runSteps(only.length > 0 ? plan.filter((step) => only.includes(step.name)) : plan)
process.exitCode = tally.failed > 0 ? 1 : 0
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
