import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { isPromtoolMissing, promtool } from './fixture/promtool.ts'

const file = fileURLToPath(new URL('../alerts/headrace.yml', import.meta.url))
const rules = readFileSync(file, 'utf8')

/** Series by what selects them, a value a minute, in promtool's notation: `0+2x3` is 0 2 4 6. */
type Series = Readonly<Record<string, string>>

/** What an alert is for. */
interface Case {
  readonly alert: string
  /** Series that raise it within 15 minutes, for one thing alone. */
  readonly raise: Series
  /** Series that are no reason. */
  readonly spare: Series
  /** The thing that it is raised for. */
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
}

const calls = (name: string, tool: string, error: string): string =>
  `${name}{job="agent",gen_ai_tool_name="${tool}"${error && `,error_type="${error}"`}}`
const states = (key: string, state: string): string =>
  `{job="agent",headrace_key="${key}",headrace_breaker_state="${state}"}`
const slowness = (name: string, tool: string, le: string): string =>
  `${name}_bucket{job="agent",gen_ai_tool_name="${tool}",le="${le}"}`
const seconds = 'gen_ai_execute_tool_duration_seconds'
const plain = 'gen_ai_execute_tool_duration'

const cases: readonly Case[] = [
  {
    alert: 'HeadraceBreakerOpen',
    raise: { [`headrace_breaker_state${states('down', 'open')}`]: '0x9 1x10' },
    spare: {
      [`headrace_breaker_state${states('up', 'closed')}`]: '1x20',
      [`headrace_breaker_state${states('off', 'isolated')}`]: '1x20',
      [`headrace_breaker_state${states('brief', 'open')}`]: '0x13 1 0x10',
    },
    labels: { headrace_key: 'down' },
    summary: 'The backend behind down is left alone',
  },
  {
    alert: 'HeadraceBreakerOpen',
    raise: { [`headrace_breaker_state${states('shaky', 'half-open')}`]: '1x20' },
    spare: {},
    labels: { headrace_key: 'shaky' },
    summary: 'The backend behind shaky is left alone',
  },
  {
    alert: 'HeadraceBreakerFlaps',
    raise: { [`headrace_breaker_changes_total${states('shaky', 'open')}`]: '0+1x20' },
    spare: {
      [`headrace_breaker_changes_total${states('shaky', 'closed')}`]: '0+1x20',
      [`headrace_breaker_changes_total${states('once', 'open')}`]: '0x9 1x10',
    },
    labels: { headrace_key: 'shaky' },
    summary: 'The breaker of shaky opens again and again',
  },
  {
    alert: 'HeadraceQueueGrows',
    raise: { 'headrace_queue_size{job="agent",headrace_key="full"}': '0+30x20' },
    spare: {
      'headrace_queue_size{job="agent",headrace_key="long"}': '500x20',
      'headrace_queue_size{job="agent",headrace_key="short"}': '0+1x20',
    },
    labels: { headrace_key: 'full' },
    summary: '450 calls wait for full, and they become more',
  },
  {
    alert: 'HeadraceRunsAbandoned',
    raise: { 'headrace_abandoned{job="agent",headrace_key="deaf"}': '3x20' },
    spare: { 'headrace_abandoned{job="agent",headrace_key="slow"}': '0x11 3x3 0x10' },
    labels: { headrace_key: 'deaf' },
    summary: '3 runs of deaf do not end',
  },
  ...[seconds, plain].map((name) => ({
    alert: 'HeadraceCallsFail',
    raise: {
      [calls(`${name}_count`, 'down', '')]: '0+80x20',
      [calls(`${name}_count`, 'down', 'EXECUTION_FAILED')]: '0+15x20',
      [calls(`${name}_count`, 'down', 'CIRCUIT_OPEN')]: '0+5x20',
    },
    spare: {
      [calls(`${name}_count`, 'fair', '')]: '0+95x20',
      [calls(`${name}_count`, 'fair', 'EXECUTION_FAILED')]: '0+5x20',
      [calls(`${name}_count`, 'fine', '')]: '0+1x20',
    },
    labels: { gen_ai_tool_name: 'down' },
    summary: '20% of the calls of down fail',
  })),
  ...[seconds, plain].map((name) => ({
    alert: 'HeadraceCallsSlow',
    raise: {
      [slowness(name, 'slow', '10.24')]: '0+90x20',
      [slowness(name, 'slow', '20.48')]: '0+100x20',
      [slowness(name, 'slow', '+Inf')]: '0+100x20',
    },
    spare: {
      [slowness(name, 'quick', '10.24')]: '0+99x20',
      [slowness(name, 'quick', '20.48')]: '0+100x20',
      [slowness(name, 'quick', '+Inf')]: '0+100x20',
    },
    labels: { gen_ai_tool_name: 'slow' },
    summary: 'One call of slow in 20 takes longer than 15.36s',
  })),
  {
    alert: 'HeadraceStoreFails',
    raise: { 'headrace_store_errors_total{job="agent",headrace_store="cache"}': '0+1x20' },
    spare: { 'headrace_store_errors_total{job="agent",headrace_store="limiter"}': '4x20' },
    labels: { headrace_store: 'cache' },
    summary: 'The cache store fails',
  },
]

describe.skipIf(isPromtoolMissing())('the rules of alerts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-alerts-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  const right = { isFine: true, says: expect.stringContaining('SUCCESS') }

  /** Whether the alert is raised after 15 minutes or not, as promtool finds. */
  function judge({ alert, labels, summary }: Case, series: Series, isRaised: boolean): ReturnType<typeof promtool> {
    const expected = {
      exp_labels: { severity: 'warning', job: 'agent', ...labels },
      exp_annotations: { summary, description: descriptionOf(alert) },
    }
    const path = join(folder, 'test.yml')
    writeFileSync(
      path,
      JSON.stringify({
        rule_files: [file],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            alert_rule_test: [{ eval_time: '15m', alertname: alert, exp_alerts: isRaised ? [expected] : [] }],
          },
        ],
      }),
    )
    return promtool('test', 'rules', path)
  }

  it('are fine with promtool', () => {
    const count = rules.match(/alert:/g)?.length
    expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', file)).toEqual({
      isFine: true,
      says: expect.stringContaining(`SUCCESS: ${count} rules found`),
    })
  })

  it('are all tested here', () => {
    const names = Array.from(rules.matchAll(/alert: (\w+)/g), ([, name]) => name)
    expect(new Set(cases.map(({ alert }) => alert))).toEqual(new Set(names))
  })

  it.each(cases)('$alert is raised for $labels, and for nothing else: $summary', (each) => {
    expect(judge(each, { ...each.raise, ...each.spare }, true)).toEqual(right)
    expect(judge(each, each.spare, false)).toEqual(right)
  })

  it.each(cases)('$alert is missed where there is no reason for it: $summary', (each) => {
    expect(judge(each, each.spare, true)).toEqual({ isFine: false, says: expect.stringContaining('FAILED') })
  })
})

function descriptionOf(alert: string): string {
  const [, rest = ''] = rules.split(`alert: ${alert}\n`)
  return /description: "(.*)"/.exec(rest)?.[1] ?? ''
}
