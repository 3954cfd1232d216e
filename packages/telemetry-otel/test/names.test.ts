import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exercise, exercisedTools, failingCache } from './fixture/exercise.ts'
import { openStage, type Stage } from './fixture/open-telemetry-stage.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rows of the table whose head begins with this, without the row of dashes; each as its cells. */
function table(head: string): string[][] {
  const [, rows = ''] = readme.split(`| ${head} |`)
  const lines = rows.split('\n').slice(2)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end).map((line) => line.split('|').slice(1, -1))
}

const codes = (cell = ''): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code)
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted((one, two) => one.localeCompare(two))

/** A runtime in which everything has happened, with all there is to tell of it. */
async function exercised(): Promise<Stage> {
  const { cache, fail } = failingCache()
  const stage: Stage = openStage({
    cache,
    telemetry: {
      agentName: 'researcher',
      capture: { arguments: true, result: true },
      spans: { attempts: true, queue: true },
    },
    tools: exercisedTools(() => stage.clock),
  })
  await exercise(stage.runtime, stage.clock)
  fail()
  stage.runtime.dispatch({ tool: 'read', arguments: { q: 'x' } })
  void stage.runtime.dispatch({ tool: 'slow', arguments: {} }).cancel()
  await stage.clock.advance(100)
  return stage
}

describe('the tables of the README', () => {
  it('have every metric with its unit and its attributes, and no other', async () => {
    const stage = await exercised()
    const told = (await stage.metrics()).map(({ descriptor, dataPoints }) => {
      const attributes = sorted(dataPoints.flatMap((point) => Object.keys(point.attributes)))
      return [descriptor.name, descriptor.unit, ...attributes].join(' ')
    })
    const written = table('metric').map(([name, , unit, attributes]) =>
      [...codes(name), ...codes(unit), ...sorted(codes(attributes))].join(' '),
    )
    expect(sorted(written)).toEqual(sorted(told))
  })

  it('have every attribute of a call, but for one that needs similar words, and no other', async () => {
    const { spans } = await exercised()
    const calls = spans().filter(({ name }) => name.startsWith('execute_tool'))
    const told = calls.flatMap(({ attributes }) => Object.keys(attributes))
    expect(sorted(table('attribute of a call').flatMap(([name]) => codes(name)))).toEqual(
      sorted([...told, 'headrace.cache.similarity']),
    )
  })

  it('have every event of a call with its attributes, and no other', async () => {
    const { spans } = await exercised()
    const events = spans().flatMap((span) => span.events)
    const told = events.map(({ name, attributes = {} }) => `${name}: ${sorted(Object.keys(attributes)).join(' ')}`)
    const rows = new Map(
      table('event of a call').map(([name, attributes = '']) => [
        codes(name).join(),
        { attributes, own: codes(attributes) },
      ]),
    )
    const failed = rows.get('headrace.attempt.fail')?.own ?? []
    const written = Array.from(rows, ([name, { attributes, own }]) => {
      const all = attributes.includes('the same of the failed attempt') ? [...failed, ...own] : own
      return `${name}: ${sorted(all).join(' ')}`
    })
    expect(sorted(written)).toEqual(sorted(told))
  })

  it('have every span, and no other', async () => {
    const { spans } = await exercised()
    const told = spans().map(({ name }) => (name.startsWith('execute_tool') ? 'execute_tool {tool}' : name))
    expect(sorted(table('span').flatMap(([name]) => codes(name)))).toEqual(sorted(told))
  })

  it('have every attribute of the spans inside, and no other', async () => {
    const { spans } = await exercised()
    const written = table('attribute of an attempt or wait').flatMap(([names, of]) =>
      codes(names).map((name) => `${codes(of).join()}: ${name}`),
    )
    const inside = spans().filter(({ name }) => name.startsWith('headrace.'))
    const names = new Set(inside.flatMap(({ attributes }) => Object.keys(attributes)))
    const told = Array.from(names, (name) => {
      const having = inside.filter(({ attributes }) => name in attributes)
      return `${sorted(having.map((span) => span.name)).join()}: ${name}`
    })
    expect(sorted(written)).toEqual(sorted(told))
  })

  it('have every alert, and no other', () => {
    const alerts = readFileSync(new URL('../alerts/headrace.yml', import.meta.url), 'utf8')
    const told = Array.from(alerts.matchAll(/alert: (\w+)/g), ([, name = '']) => name)
    expect(table('alert').flatMap(([name]) => codes(name))).toEqual(told)
  })
})
