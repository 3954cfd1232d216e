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
 * Runs the steps, begun in their order and some of them beside each other, and adds up what they counted. A step begins
 * after what it needs; where that failed, it is counted as skipped. Each is told when it ends, with all the output of one
 * that failed.
 * @param {readonly Step[]} steps
 * @param {{ atOnce?: number }} [options]
 */
export async function runSteps(steps, { atOnce = 1 } = {}) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const notPassed = []
  const passes = new Map()
  const report = createReport(steps)

  const runStep = async (step) => {
    if ((await passes.get(step.needs)) === false) {
      total.skipped += 1
      notPassed.push(step.name)
      report.ended(step, words.skipped, `needs ${step.needs}`)
      return false
    }
    report.began(step)
    const started = performance.now()
    const outcome = await step.run()
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
    for (const count of Object.keys(total)) total[count] += outcome[count]
    const hasFailed = outcome.failed > 0
    if (hasFailed) notPassed.push(step.name)
    const line = `${seconds} s${outcome.note ? `  ${outcome.note}` : ''}`
    report.ended(step, wordOf(outcome), hasFailed ? `${line}\n${outcome.output.trimEnd()}\n` : line)
    return !hasFailed
  }

  const waiting = steps.values()
  const runNext = async () => {
    for (const step of waiting) {
      passes.set(step.name, runStep(step))
      await passes.get(step.name)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runNext))
  if (total.failed > 0) console.log(`not passed: ${notPassed.join(', ')}`)
  return total
}

/** Tells of each step when it ends; on a terminal a last line says which of them run. */
function createReport(steps) {
  const width = Math.max(...steps.map((step) => step.name.length))
  const running = new Set()
  const showLast = (text) => {
    if (process.stdout.isTTY) process.stdout.write(`\u001B[K${text}\r`)
  }
  const showRunning = () => showLast(running.size > 0 ? `...  ${[...running].join(', ')}` : '')
  return {
    began(step) {
      running.add(step.name)
      showRunning()
    },
    ended(step, word, rest) {
      running.delete(step.name)
      showLast('')
      console.log(`${word} ${step.name.padEnd(width)} ${rest}`)
      showRunning()
    },
  }
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
