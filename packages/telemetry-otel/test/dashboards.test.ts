import { readFileSync } from 'node:fs'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exercise, exercisedTools, failingCache } from './fixture/exercise.ts'
import { openStage, type Stage } from './fixture/open-telemetry-stage.ts'
import { readQuery, readSeries } from './fixture/prometheus-text.ts'
import { freePort } from './fixture/start-prometheus.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
/** Prometheus adds these to whatever it scrapes. */
const scraped = ['job', 'instance']

const alerts = readAlerts(read('alerts/headrace.yml'))
const dashboard = JSON.parse(read('dashboards/headrace.json')) as {
  panels: { title: string; targets: { expr: string }[] }[]
  templating: { list: { name: string; query: string | { query: string } }[] }
}
const panels = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ name: title, query: expr })),
)
const variables = dashboard.templating.list
  .filter(({ name }) => name !== 'datasource')
  .map(({ name, query }) => ({ name: `variable ${name}`, query: typeof query === 'string' ? query : query.query }))

describe('alerts and dashboard', () => {
  let emitted: Promise<Map<string, Set<string>>> | undefined
  const emittedOnce = (): Promise<Map<string, Set<string>>> => (emitted ??= emittedSeries())

  it.each([...alerts, ...panels, ...variables])(
    '$name asks for series and labels that are written',
    async ({ query }) => {
      const series = await emittedOnce()
      const { names, labels } = readQuery(query)
      expect(names).not.toEqual([])
      const found = names.map((name) => Array.from(series.keys()).filter((written) => name.test(written)))
      expect(found.filter((matches) => matches.length === 0)).toEqual([])
      const known = new Set([...scraped, ...found.flat().flatMap((name) => Array.from(series.get(name) ?? []))])
      expect(labels.filter((label) => !known.has(label))).toEqual([])
    },
  )

  it('are part of the package', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] }
    expect(files).toEqual(expect.arrayContaining(['alerts', 'dashboards']))
  })

  it('are all there', () => {
    expect(alerts.length).toBe(read('alerts/headrace.yml').match(/alert:/g)?.length)
    expect(alerts.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'HeadraceBreakerOpen',
        'HeadraceQueueGrows',
        'HeadraceRunsAbandoned',
        'HeadraceCallsFail',
        'HeadraceCallsSlow',
      ]),
    )
  })

  it('show every metric that is written', async () => {
    const series = await emittedOnce()
    const asked = panels.flatMap(({ query }) => readQuery(query).names)
    const written = new Set(Array.from(series.keys(), (name) => name.replace(/_(?:bucket|count|sum)$/, '')))
    written.delete('target_info')
    const shown = (name: string): boolean =>
      [name, `${name}_bucket`, `${name}_count`].some((each) => asked.some((pattern) => pattern.test(each)))
    expect([...written].filter((name) => !shown(name))).toEqual([])
  })
})

/** The alerts of a file of rules, whose queries stand folded below their keys. */
function readAlerts(rules: string): { name: string; query: string }[] {
  const found = rules.matchAll(/alert: (\w+)\n\s+expr: >-\n((?: {10}.*\n)+)/g)
  return Array.from(found, ([, name = '', query = '']) => ({ name, query }))
}

/** What the exporter writes of a runtime in which everything has happened. */
async function emittedSeries(): Promise<Map<string, Set<string>>> {
  const port = await freePort()
  const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true })
  await exporter.startServer()
  const meterProvider = new MeterProvider({ readers: [exporter] })
  onTestFinished(() => meterProvider.shutdown())
  const { cache, fail } = failingCache()
  const stage: Stage = openStage({ cache, telemetry: { meterProvider }, tools: exercisedTools(() => stage.clock) })
  await exercise(stage.runtime, stage.clock)
  fail()
  stage.runtime.dispatch({ tool: 'read', arguments: { q: 'x' } })
  await stage.clock.advance(100)
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  return readSeries(await response.text())
}
