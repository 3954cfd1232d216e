import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRuntime, type Runtime } from '@headrace/core'
import { openTelemetry } from '@headrace/telemetry-otel'
import { createTestClock, type TestClock } from '@headrace/testing'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { exercisedTools, failingCache } from './fixture/exercise.ts'
import {
  freePort,
  isPrometheusMissing,
  type Prometheus,
  type Rule,
  startPrometheus,
} from './fixture/start-prometheus.ts'

const rules = readFileSync(new URL('../alerts/headrace.yml', import.meta.url), 'utf8')
/** The same rules, which need not hold for minutes. */
const hasty = rules.replaceAll(/for: \d+m/g, 'for: 1s').replace('name: headrace', 'name: hasty')
const duration = '{__name__=~"gen_ai_execute_tool_duration(_seconds)?_count"}'

describe.skipIf(isPrometheusMissing())('a real Prometheus', () => {
  it('is given what is promised, and raises every alert when there is reason to, and none before', async () => {
    const clock = createTestClock({ maxTimers: 1_000_000 })
    const { cache, fail } = failingCache()
    const port = await freePort()
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true })
    await exporter.startServer()
    const meterProvider = new MeterProvider({ readers: [exporter] })
    const telemetry = openTelemetry({ meterProvider })
    const runtime: Runtime = createRuntime({ clock, cache, telemetry, tools: exercisedTools(() => clock) })
    await using prometheus = await startPrometheus(`127.0.0.1:${port}`, { 'headrace.yml': rules, 'hasty.yml': hasty })

    await until(async () => {
      runtime.dispatch({ tool: 'read', arguments: {} })
      return (await prometheus.query(`${duration} > 3`)).length > 0
    })
    await until(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'))
    expect((await prometheus.rules()).filter(({ state }) => state !== 'inactive')).toEqual([])

    fail()
    await until(async () => {
      await misbehave(runtime, clock)
      return (await prometheus.rules()).every(isRaised)
    })
    holdRules(await prometheus.rules())
    await holdSeries(prometheus)

    const closed = runtime.close()
    await clock.runAll()
    await closed
    await meterProvider.shutdown()
  })
})

const isRaised = ({ group, state }: Rule): boolean => (group === 'hasty' ? state === 'firing' : state !== 'inactive')

function holdRules(evaluated: readonly Rule[]): void {
  expect(evaluated.map(({ name }) => name)).toHaveLength(2 * (rules.match(/alert:/g)?.length ?? 0))
  expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([])
  const texts = evaluated.flatMap(({ alerts }) => alerts.flatMap(({ annotations }) => Object.values(annotations)))
  expect(texts).toContain('The backend behind down is left alone')
  expect(texts.filter((text) => /error expanding|no value/.test(text))).toEqual([])
  const failing = evaluated.find(({ name }) => name === 'HeadraceCallsFail')
  expect(failing?.alerts.map(({ labels }) => labels.gen_ai_tool_name)).toEqual(
    expect.arrayContaining(['down', '_OTHER']),
  )
}

/** What a user would look for: each metric by its name, with its labels, and the quantiles of durations. */
async function holdSeries(prometheus: Prometheus): Promise<void> {
  const values = await prometheus.query('sum by (__name__) ({__name__=~"headrace_.*|gen_ai_.*"}) > 0')
  const names = new Set(values.flatMap(({ metric }) => Object.values(metric)))
  const metrics = new Set(Array.from(names, (name) => name.replace(/_(?:bucket|sum|count)$/, '')))
  expect([...metrics].toSorted((one, two) => one.localeCompare(two))).toEqual([
    'gen_ai_execute_tool_duration',
    'headrace_abandoned',
    'headrace_attempts',
    'headrace_breaker_changes_total',
    'headrace_breaker_state',
    'headrace_cache_lookups_total',
    'headrace_in_flight',
    'headrace_limiter_wait',
    'headrace_queue_size',
    'headrace_queue_wait',
    'headrace_store_errors_total',
  ])
  expect(
    await prometheus.query('headrace_breaker_state{headrace_key="down",headrace_breaker_state="open"}'),
  ).toMatchObject([{ metric: { job: 'agent' }, value: 1 }])
  const slow = `histogram_quantile(0.95, rate({__name__=~"gen_ai_execute_tool_duration(_seconds)?_bucket",gen_ai_tool_name="slow"}[5m]))`
  const [quantile] = await prometheus.query(slow)
  expect(quantile?.value).toBeGreaterThan(10)
  expect(quantile?.value).toBeLessThan(20.48)
}

/** Some seconds of an agent whose backends are in trouble, on its own clock. */
async function misbehave(runtime: Runtime, clock: TestClock): Promise<void> {
  runtime.control.breaker('down').reset()
  for (const tool of ['down', 'slow', 'deaf', 'few', 'few', 'missing', 'read'])
    runtime.dispatch({ tool, arguments: {} })
  for (let waiting = 0; waiting < 25; waiting += 1) runtime.dispatch({ tool: 'full', arguments: {} })
  await clock.advance(21_000)
  runtime.control.breaker('down').reset()
  runtime.dispatch({ tool: 'down', arguments: {} })
  await clock.advance(1)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold in time')
    await sleep(400)
  }
}
