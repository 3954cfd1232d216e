import { help, readOptions } from './options.ts'
import { readEnvironment } from './report/environment.ts'
import { formatJson } from './report/json.ts'
import { formatNotes } from './report/notes.ts'
import { formatTable } from './report/table.ts'
import { createRows } from './rows.ts'
import { type RowReport, runRow } from './run-row.ts'

const options = readOptions(process.argv.slice(2))
if (options.isHelp) console.log(help)
else await bench()

async function bench(): Promise<void> {
  const environment = readEnvironment()
  const rows = createRows(options.scale)
  const wanted = rows.filter(({ id, title }) => {
    const names = `${id} ${title}`.toLowerCase()
    return options.rows.some((text) => names.includes(text))
  })
  const ids = rows.map(({ id }) => id).join(', ')
  if (wanted.length === 0) throw new Error(`No row contains "${options.rows.join('" or "')}": ${ids}`)
  const reports: RowReport[] = []
  const endsAt = performance.now() + options.scale.budgetMs
  for (const [index, row] of wanted.entries()) {
    const start = performance.now()
    const share = Math.max(0, endsAt - start) / (wanted.length - index)
    reports.push(await runRow(row, { ...options.scale, rowMs: Math.min(options.scale.rowMs, share / 2) }))
    process.stderr.write(`${row.title}: ${((performance.now() - start) / 1_000).toFixed(1)} s\n`)
  }
  if (options.isJson) console.log(formatJson(reports, environment))
  else console.log(`\n${formatTable(reports)}\n\n${formatNotes(reports, environment)}`)
  const isOursMissing = reports.some(({ outcomes }) => 'failure' in (outcomes.get('headrace') ?? { failure: '' }))
  if (isOursMissing) {
    console.error('A figure of ours is missing: is the core built?')
    process.exitCode = 1
  }
}
