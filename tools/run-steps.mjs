import { styleText } from 'node:util'

/**
 * @typedef {{ passed: number, failed: number, skipped: number, output: string, note?: string }} Outcome
 * @typedef {{ name: string, needs?: string, run: () => Promise<Outcome> }} Step
 */

const words = {
  ok: styleText('green', 'ok  ', { stream: process.stdout }),
  failed: styleText('red', 'FAIL', { stream: process.stdout }),
  skipped: styleText('yellow', 'skip', { stream: process.stdout }),
}

/**
 * Runs the steps in order and adds up what they counted. The output of a failing step is printed in full. A step that
 * needs a failed one is counted as skipped.
 * @param {readonly Step[]} steps
 */
export async function runSteps(steps) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const notPassed = new Set()
  const width = Math.max(...steps.map((step) => step.name.length))
  const report = (word, step, rest) => console.log(`${word} ${step.name.padEnd(width)} ${rest}`)

  for (const step of steps) {
    if (notPassed.has(step.needs)) {
      total.skipped += 1
      notPassed.add(step.name)
      report(words.skipped, step, `needs ${step.needs}`)
      continue
    }
    if (process.stdout.isTTY) process.stdout.write(`...  ${step.name}\r`)
    const started = performance.now()
    const outcome = await step.run()
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
    total.passed += outcome.passed
    total.failed += outcome.failed
    total.skipped += outcome.skipped
    report(wordOf(outcome), step, `${seconds} s${outcome.note ? `  ${outcome.note}` : ''}`)
    if (outcome.failed === 0) continue
    notPassed.add(step.name)
    console.log(`${outcome.output.trimEnd()}\n`)
  }
  if (total.failed > 0) console.log(`not passed: ${[...notPassed].join(', ')}`)
  return total
}

function wordOf({ passed, failed, skipped }) {
  if (failed > 0) return words.failed
  return passed === 0 && skipped > 0 ? words.skipped : words.ok
}

/**
 * The wanted steps and what they need, in the order of the plan.
 * @param {readonly Step[]} plan
 * @param {readonly string[]} wanted
 */
export function selectSteps(plan, wanted) {
  const names = new Set(wanted)
  // A step stands behind what it needs, so one walk from the end finds all.
  for (const step of plan.toReversed()) if (names.has(step.name) && step.needs) names.add(step.needs)
  return plan.filter((step) => names.has(step.name))
}
