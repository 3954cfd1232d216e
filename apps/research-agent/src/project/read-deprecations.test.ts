import { expect, onTestFinished, test } from 'vitest'
import { readDeprecations } from './read-deprecations.ts'
import { sampleProject } from './sample-project.ts'

function projectWith(path: string, content: string | object): string {
  const project = sampleProject()
  onTestFinished(() => project.remove())
  project.write(path, content)
  return project.directory
}

test("reads deprecations from pnpm's lockfile", () => {
  const lockfile = "packages:\n  '@s/a@1.0.0':\n    deprecated: use b\n  b@2.0.0: {}\n"
  expect([...readDeprecations(projectWith('pnpm-lock.yaml', lockfile))]).toEqual([['@s/a@1.0.0', 'use b']])
})

test("reads deprecations from npm's lockfile", () => {
  const packages = { '': {}, 'node_modules/x/node_modules/@s/a': { version: '1.0.0', deprecated: 'use b' } }
  expect([...readDeprecations(projectWith('package-lock.json', { packages }))]).toEqual([['@s/a@1.0.0', 'use b']])
})

test('knows of none without a lockfile', () => {
  expect(readDeprecations(projectWith('package.json', {})).size).toBe(0)
})
