import type { Check } from '../checks/check.ts'
import type { FailedCall, RunSummary } from '../summary/run-summary.ts'
import { countOf } from './count-of.ts'
import { wrapText } from './fit-text.ts'
import type { Theme } from './theme.ts'

const labelColumns = 10

/** Draws what a run adds up to. */
export function drawSummary(summary: RunSummary, theme: Theme, columns: number): string[] {
  const { calls, questions, turns, succeeded, cancelled, failed } = summary
  const rows: readonly (readonly [string, string])[] = [
    [
      'calls',
      `${calls} in ${countOf(turns, 'turn')} for ${countOf(questions, 'question')}: ${succeeded} ok, ${failed.length} failed` +
        `${cancelled > 0 ? `, ${cancelled} cancelled` : ''}; ${summary.mostAtOnce} ran at once at most`,
    ],
    ['time', sayTime(summary)],
    ['cache', sayCache(summary)],
    ['retries', sayRetries(summary)],
    ['breakers', sayBreakers(summary)],
  ]
  return [
    theme.strong('Summary'),
    ...rows.flatMap(([label, text]) => drawRow(label, text, { theme, columns })),
    ...drawFailures(failed, theme, columns),
  ]
}

/** Draws the checks: the wrong ones in full. */
export function drawChecks(checks: readonly Check[], theme: Theme, columns: number): string[] {
  const lines = checks.flatMap(({ name, isRight, detail }) => {
    const [first = '', ...rest] = wrapText(`${isRight ? 'right' : 'WRONG'}  ${name}: ${detail}`, columns - 2, '       ')
    const paint = isRight ? theme.good : theme.bad
    return [`  ${paint(first.slice(0, 5))}${first.slice(5)}`, ...rest.map((line) => `  ${line}`)]
  })
  return [theme.strong('Checks'), ...lines]
}

function drawRow(
  label: string,
  text: string,
  { theme, columns }: { readonly theme: Theme; readonly columns: number },
): string[] {
  const [first = '', ...rest] = wrapText(text, columns - labelColumns - 2)
  const margin = ' '.repeat(labelColumns + 2)
  return [`  ${theme.faint(label.padEnd(labelColumns))}${first}`, ...rest.map((line) => margin + line)]
}

function sayTime({ wallMs, ownMs, toldToWaitMs }: RunSummary): string {
  const times = wallMs > 0 ? ` (${(ownMs / wallMs).toFixed(1)} times as much)` : ''
  const waited = toldToWaitMs > 0 ? `; ${seconds(toldToWaitMs)} of it the agent waited, as errors told it to` : ''
  return `${seconds(wallMs)} on the clock; the calls' own times add up to ${seconds(ownMs)}${times}${waited}`
}

function sayCache({ cacheHits, joined, inherited }: RunSummary): string {
  const kept = inherited > 0 ? ` (${inherited} on what another process had kept)` : ''
  return `${cacheHits} hits${kept}, ${joined} joined an equal call that was running`
}

function sayRetries({ retries, causes }: RunSummary): string {
  const seen = Object.entries(causes).map(([cause, times]) => `${cause} ${times}×`)
  return `${retries}; attempts failed with: ${seen.join(', ') || 'nothing'}`
}

function sayBreakers({ breakers, foundOpen }: RunSummary): string {
  const told = breakers.map(({ key, opened, closed }) => `${key} opened ${opened}×, closed ${closed}×`)
  const found = foundOpen.map((key) => `${key} was open before anything failed here`)
  return [...told, ...found].join('; ') || 'none opened'
}

/** Failures of one kind are told once, with all their calls. */
function drawFailures(failed: readonly FailedCall[], theme: Theme, columns: number): string[] {
  if (failed.length === 0) return []
  const kinds = Map.groupBy(failed, ({ code, call }) => `${code} ${call.split(' ')[0]}`)
  const lines = [...kinds.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const recovered = group.filter((one) => one.recovered).length
    const others = group.length > 1 ? ` and ${group.length - 1} more` : ''
    const fate =
      recovered === 0
        ? ''
        : recovered === group.length
          ? '; answered when asked again'
          : `; ${recovered} answered when asked again`
    const what = `${first.code}: ${first.call}${others}${fate}`
    return [
      ...wrapText(what, columns - 4).map((line, index) => `    ${index === 0 ? theme.odd(line) : line}`),
      ...wrapText(`told: ${first.message} ${first.next}`, columns - 6).map((line) => theme.faint(`      ${line}`)),
    ]
  })
  return [`  ${theme.faint('what failed, and what the agent was told')}`, ...lines]
}

/** Milliseconds as seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
