import { afterEach, beforeEach, expect, test } from 'vitest'
import { samplePackage } from '../../project/sample-package.ts'
import { type SampleProject, sampleProject } from '../../project/sample-project.ts'
import { buildSearchIndex } from './build-search-index.ts'

let project: SampleProject
beforeEach(() => {
  project = sampleProject()
  project.write(
    'a/README.md',
    '# Alpha\nintroduction\n## Bundle size\nSee the [guide](https://example.com/treeshaking) on tree shaking.',
  )
  project.write('b/README.md', '# Beta\nThe bundle is large.')
  project.write('b/LICENSE.md', '# MIT\nbundle bundle bundle')
})
afterEach(() => project.remove())

const build = () =>
  buildSearchIndex([
    samplePackage('a@1.0.0', { directory: `${project.directory}/a`, documents: ['README.md'] }),
    samplePackage('b@1.0.0', { directory: `${project.directory}/b`, documents: ['README.md', 'LICENSE.md'] }),
  ])

test('finds sections, those whose heading fits first, and no licence texts', async () => {
  const index = await build()
  const hits = index.search('bundle size', { limit: 5 })
  expect(hits.map((hit) => [hit.package, hit.file, hit.heading])).toEqual([
    ['a@1.0.0', 'README.md', 'Bundle size'],
    ['b@1.0.0', 'README.md', 'Beta'],
  ])
  expect(hits[0]?.excerpt).toBe('See the guide on tree shaking.')
  expect(index).toMatchObject({ documents: 2, sections: 3, skipped: 0 })
})

test('keeps to a package where it shall', async () => {
  const index = await build()
  for (const name of ['b', 'b@1.0.0']) {
    expect(index.search('bundle', { limit: 5, package: name }).map((hit) => hit.package)).toEqual(['b@1.0.0'])
  }
  expect(index.search('bundle', { limit: 5, package: 'c' })).toEqual([])
})

test('stops when it is told to', async () => {
  const reason = new Error('enough')
  const documents = ['README.md']
  const packages = [samplePackage('a@1.0.0', { directory: `${project.directory}/a`, documents })]
  await expect(buildSearchIndex(packages, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
