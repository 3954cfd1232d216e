import type { Answered } from '../agent/answer-question.ts'
import type { Ledger } from '../service/ledger.ts'
import type { Check } from './check.ts'

const serviceTools = new Set(['package_facts', 'package_files', 'package_provenance'])

/** The requests that the service counted are the attempts that the runtime told of: none was hidden, none was lost. */
export function checkService(answers: readonly Answered[], ledger: Ledger | undefined): Check {
  const name = 'the attempts told are the requests that the service counted'
  if (ledger === undefined)
    return { name, isRight: false, detail: 'the service is gone: it ended, or was ended, on the way' }
  const results = answers.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.results))
  const attempts = results.reduce((sum, { tool, meta }) => sum + (serviceTools.has(tool) ? meta.attempts : 0), 0)
  const requests = Object.values(ledger).reduce((sum, times) => sum + times, 0)
  const behaviour = Object.entries(ledger).map(([kind, times]) => `${kind} ${times}`)
  return {
    name,
    isRight: attempts === requests,
    detail: `${attempts} attempts, ${requests} requests (${behaviour.join(', ')})`,
  }
}
