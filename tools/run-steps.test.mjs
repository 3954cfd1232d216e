import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runSteps, selectSteps } from './run-steps.mjs'

const lines = []
beforeEach(() => {
  lines.length = 0
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line))
})
afterEach(() => vi.restoreAllMocks())

const step = (name, counts, needs) => ({
  name,
  needs,
  run: async () => ({ passed: 0, failed: 0, skipped: 0, output: `what ${name} said`, ...counts }),
})

test('adds up what the steps counted', async () => {
  const tally = await runSteps([step('unit', { passed: 20, skipped: 2 }), step('lint', { passed: 1 })])
  expect(tally).toEqual({ passed: 21, failed: 0, skipped: 2 })
})

test('goes on after a failing step and prints the output of that step alone', async () => {
  const tally = await runSteps([step('types', { failed: 1 }), step('lint', { passed: 1 })])
  expect(tally).toEqual({ passed: 1, failed: 1, skipped: 0 })
  expect(lines.join('\n')).toContain('what types said')
  expect(lines.join('\n')).not.toContain('what lint said')
})

test('skips a step whose need did not pass, and what needs that step', async () => {
  const tally = await runSteps([step('build', { failed: 1 }), step('pack', {}, 'build'), step('install', {}, 'pack')])
  expect(tally).toEqual({ passed: 0, failed: 1, skipped: 2 })
})

test('runs as many steps beside each other as it is told, and begins them in their order', async () => {
  const begun = []
  const ends = new Map()
  const slow = (name, needs) => ({
    ...step(name, {}, needs),
    run: () => {
      begun.push(name)
      return new Promise((resolve) => ends.set(name, () => resolve({ passed: 1, failed: 0, skipped: 0, output: '' })))
    },
  })
  const tally = runSteps([slow('build'), slow('unit'), slow('pack', 'build'), slow('lint')], { atOnce: 2 })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  await turn()
  expect(begun).toEqual(['build', 'unit'])
  ends.get('unit')()
  await turn()
  expect(begun).toEqual(['build', 'unit']) // pack is next, and waits for what it needs
  ends.get('build')()
  await turn()
  expect(begun).toEqual(['build', 'unit', 'pack', 'lint'])
  ends.get('lint')()
  ends.get('pack')()
  expect(await tally).toEqual({ passed: 4, failed: 0, skipped: 0 })
  expect(lines.map((line) => line.split(/ +/)[1])).toEqual(['unit', 'build', 'lint', 'pack'])
})

test('says that a step of which nothing ran was skipped', async () => {
  await runSteps([step('servers', { skipped: 1 })])
  expect(lines.join('\n')).toMatch(/skip.* servers/)
})

test('selects a step together with all that it needs, in the order of the plan', () => {
  const plan = [step('build'), step('lint'), step('pack', {}, 'build'), step('install', {}, 'pack')]
  expect(selectSteps(plan, ['install']).map(({ name }) => name)).toEqual(['build', 'pack', 'install'])
})
