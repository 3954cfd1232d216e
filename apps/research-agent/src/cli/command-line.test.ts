import { expect, test } from 'vitest'
import { createCleanup } from './cleanup.ts'
import { parseCommand } from './parse-command.ts'
import { projectDirectory } from './project-directory.ts'

test('takes questions and flags in any order, with and without the "--" that pnpm hands on', () => {
  const expected = {
    questions: ['one', 'two'],
    project: '../app',
    sequential: true,
    json: false,
    planner: false,
    check: false,
    seed: 7,
    through: 'openai',
    redis: 'redis://localhost:6379',
    otel: undefined,
  }
  const args = [
    'one',
    '--project',
    '../app',
    'two',
    '--sequential',
    '--seed',
    '7',
    '--through',
    'openai',
    '--redis',
    'redis://localhost:6379',
  ]
  expect(parseCommand(args)).toEqual(expected)
  expect(parseCommand(['--', ...args])).toEqual(expected)
  expect(parseCommand([])).toMatchObject({ questions: [], project: undefined, seed: 1, through: undefined })
})

test('means a relative project from where the package manager was called', () => {
  expect(projectDirectory('../app', { INIT_CWD: '/home/me/agent' })).toBe('/home/me/app')
  expect(projectDirectory('/abs', { INIT_CWD: '/home/me' })).toBe('/abs')
  expect(projectDirectory('sub', {})).toBe(`${process.cwd()}/sub`)
})

test('ends everything, the newest first', async () => {
  const ended: string[] = []
  const cleanup = createCleanup()
  cleanup.add(() => ended.push('first'))
  cleanup.add(async () => ended.push('second'))
  await cleanup.run()
  await cleanup.run()
  expect(ended).toEqual(['second', 'first'])
})
