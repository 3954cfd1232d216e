import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { temporaryFolder } from './temporary-folder.mjs'

/** A step that runs one vitest project and counts its tests one by one. */
export function vitestStep(name, { project = name, limitMs, needs } = {}) {
  return { name, needs, run: () => runVitest(project, limitMs) }
}

async function runVitest(project, limitMs) {
  const report = join(temporaryFolder(), 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code, output } = await run('vitest', ['run', ...reporters, '--project', project], { limitMs })
  const counted = readCounts(report)
  // An unhandled rejection fails no test, yet fails the run.
  const failed = counted.failed === 0 && code !== 0 ? 1 : counted.failed
  const note = `${counted.passed} of ${counted.passed + failed + counted.skipped}`
  return { ...counted, failed, output, note }
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    const notLoaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    return {
      passed: numPassedTests,
      failed: numFailedTests + notLoaded.length,
      skipped: numPendingTests + numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 } // vitest wrote no report: it did not start or was ended
  }
}
