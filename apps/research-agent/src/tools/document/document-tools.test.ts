import { createRuntime, toModel } from '@headrace/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { samplePackage } from '../../project/sample-package.ts'
import { type SampleProject, sampleProject } from '../../project/sample-project.ts'
import { indexPackages } from '../package-index.ts'
import { changesTool } from './changes-tool.ts'
import { exportsTool } from './exports-tool.ts'
import { sectionsTool } from './sections-tool.ts'

let project: SampleProject
beforeEach(() => {
  project = sampleProject()
})
afterEach(() => project.remove())

async function dispatch(tool: string, args: object) {
  const documents = ['README.md', 'CHANGELOG.md']
  const installed = samplePackage('a@3.0.0', { directory: project.directory, documents, types: 'a.d.ts' })
  const packages = indexPackages([installed, samplePackage('a@1.0.0'), samplePackage('bare@1.0.0')])
  const tools = [sectionsTool(packages), changesTool(packages), exportsTool(packages)]
  const runtime = createRuntime({ tools })
  const result = await runtime.dispatch({ tool, arguments: args }).result()
  await runtime.close()
  return toModel(result)
}

test('reads the sections whose headings have a word, and lists all headings', async () => {
  project.write('README.md', '# A\n## Options\nsome\n### More\nmore\n## Other\nother')
  expect(await dispatch('read_sections', { package: 'a', words: ['OPTION'] })).toEqual({
    status: 'ok',
    output: {
      id: 'a@3.0.0',
      file: 'README.md',
      headings: ['A', 'Options', 'More', 'Other'],
      sections: [{ heading: 'Options', text: 'some\n\n### More\nmore' }],
    },
  })
})

test("reads nothing but a package's own documents", async () => {
  project.write('secret.txt', 'secret')
  for (const document of ['../../etc/passwd', 'secret.txt', '/etc/passwd']) {
    const reply = JSON.stringify(await dispatch('read_sections', { package: 'a', document }))
    expect(reply).toContain('ships no document')
    expect(reply).toContain('It ships: README.md, CHANGELOG.md.')
  }
})

test('advises where a package or a version is not installed', async () => {
  expect(JSON.stringify(await dispatch('read_sections', { package: 'a@2.0.0' }))).toContain(
    'Installed are: a@3.0.0, a@1.0.0.',
  )
  expect(JSON.stringify(await dispatch('read_sections', { package: 'bar' }))).toContain('Alike are: bare.')
})

test('reads the releases after one version up to another, as far as the next version', async () => {
  const changelog =
    '# Changes\n## [3.0.0] - 2026\nthree\n### Fixes\n- fix\n### v2.1.0 (2025)\ntwo\n## 2.0\nolder\n## 1.0.0\none'
  project.write('CHANGELOG.md', changelog)
  const releases = [
    { version: '3.0.0', text: 'three\nFixes\n- fix' },
    { version: '2.1.0', text: 'two' },
    { version: '2.0.0', text: 'older' },
  ]
  const reply = await dispatch('changes_between', { package: 'a', from: '1.0.0', to: '3.0.0' })
  expect(reply).toMatchObject({ output: { file: 'CHANGELOG.md', releases } })
})

test('says that there is no changelog, and no type declarations', async () => {
  expect(await dispatch('changes_between', { package: 'bare', from: '0.1.0', to: '1.0.0' })).toMatchObject({
    output: { file: null },
  })
  expect(await dispatch('list_exports', { package: 'bare' })).toMatchObject({ output: { file: null, exports: [] } })
})

test('lists exports', async () => {
  project.write('a.d.ts', 'export declare const one: 1')
  expect(await dispatch('list_exports', { package: 'a' })).toMatchObject({
    output: { file: 'a.d.ts', exports: ['one'] },
  })
})
