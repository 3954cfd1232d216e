import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SampleProject, sampleProject } from './sample-project.ts'
import { scanProject } from './scan-project.ts'

let project: SampleProject
beforeEach(() => {
  project = sampleProject()
})
afterEach(() => project.remove())

const scan = async () => (await scanProject(project.directory)).packages
const idsOf = (packages: Awaited<ReturnType<typeof scan>>) => packages.map(({ id }) => id)

test("finds packages in npm's nested layout, and which version each one loads", async () => {
  project.write('package.json', { name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0', b: '^2.0.0' } })
  project.write('node_modules/a/package.json', { name: 'a', version: '1.0.0', dependencies: { b: '^1.0.0' } })
  project.write('node_modules/a/node_modules/b/package.json', { name: 'b', version: '1.0.0' })
  project.write('node_modules/b/package.json', { name: 'b', version: '2.0.0' })
  project.write('node_modules/@scope/c/package.json', { name: '@scope/c', version: '3.0.0' })

  const packages = await scan()

  expect(idsOf(packages).toSorted()).toEqual(['@scope/c@3.0.0', 'a@1.0.0', 'app@1.0.0', 'b@1.0.0', 'b@2.0.0'])
  const resolvedBy = (id: string) => packages.find((one) => one.id === id)?.dependencies.map(({ resolved }) => resolved)
  expect(resolvedBy('app@1.0.0')).toEqual(['a@1.0.0', 'b@2.0.0'])
  expect(resolvedBy('a@1.0.0')).toEqual(['b@1.0.0'])
})

test("finds packages in pnpm's linked layout once each, and no links to workspace packages", async () => {
  project.write('package.json', { name: 'root', version: '1.0.0' })
  project.write('pnpm-workspace.yaml', 'packages:\n  - libs/*\n')
  project.write('libs/own/package.json', { name: 'own', version: '0.1.0', dependencies: { a: '^1.0.0' } })
  project.write('node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', {
    name: 'a',
    version: '1.0.0',
    dependencies: { b: '1' },
  })
  project.write('node_modules/.pnpm/b@1.1.0/node_modules/b/package.json', { name: 'b', version: '1.1.0' })
  project.link('node_modules/.pnpm/a@1.0.0/node_modules/b', 'node_modules/.pnpm/b@1.1.0/node_modules/b')
  project.link('node_modules/own', 'libs/own')
  project.link('libs/own/node_modules/a', 'node_modules/.pnpm/a@1.0.0/node_modules/a')

  const packages = await scan()

  expect(idsOf(packages).toSorted()).toEqual(['a@1.0.0', 'b@1.1.0', 'own@0.1.0', 'root@1.0.0'])
  expect(packages.find(({ id }) => id === 'own@0.1.0')).toMatchObject({
    kind: 'workspace',
    dependencies: [{ resolved: 'a@1.0.0' }],
  })
  expect(packages.find(({ id }) => id === 'a@1.0.0')).toMatchObject({
    kind: 'installed',
    dependencies: [{ resolved: 'b@1.1.0' }],
  })
})

test("finds what a workspace's member needs, though it lies in the root's virtual store", async () => {
  project.write('libs/own/package.json', { name: 'own', version: '0.1.0' })
  project.write('node_modules/.pnpm/a@1.0.0/node_modules/@s/a/package.json', { name: '@s/a', version: '1.0.0' })
  project.write('node_modules/.pnpm/b@1.1.0/node_modules/b/package.json', { name: 'b', version: '1.1.0' })
  project.write('node_modules/.pnpm/c@1.0.0/node_modules/c/package.json', { name: 'c', version: '1.0.0' })
  project.link('node_modules/.pnpm/a@1.0.0/node_modules/b', 'node_modules/.pnpm/b@1.1.0/node_modules/b')
  project.link('libs/own/node_modules/@s/a', 'node_modules/.pnpm/a@1.0.0/node_modules/@s/a')

  const { packages } = await scanProject(`${project.directory}/libs/own`)

  expect(idsOf(packages).toSorted()).toEqual(['@s/a@1.0.0', 'b@1.1.0', 'own@0.1.0'])
})

test('measures files, leaves nested packages out, and lists the README before other documents', async () => {
  project.write('package.json', { name: 'app' })
  project.write('node_modules/a/package.json', '{"name":"a","version":"1.0.0"}')
  project.write('node_modules/a/docs/more.md', '12345')
  project.write('node_modules/a/README.md', '1234567890')
  project.write('node_modules/a/CHANGELOG.md', '')
  project.write('node_modules/a/node_modules/b/package.json', { name: 'b', version: '1.0.0' })

  const found = (await scan()).find(({ name }) => name === 'a')

  expect(found).toMatchObject({
    files: 4,
    bytes: 30 + 5 + 10,
    largestFiles: [{ path: 'package.json' }, { path: 'README.md' }, { path: 'docs/more.md' }, { path: 'CHANGELOG.md' }],
    bytesByType: [
      { type: '.json', bytes: 30 },
      { type: '.md', bytes: 15 },
    ],
    documents: ['README.md', 'CHANGELOG.md', 'docs/more.md'],
  })
})

test('reads licences in all the forms that package.json files have', async () => {
  project.write('package.json', { name: 'app' })
  const forms = { a: 'MIT', b: { type: 'ISC' }, c: undefined, d: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }
  for (const [name, license] of Object.entries(forms)) {
    const key = name === 'd' ? 'licenses' : 'license'
    project.write(`node_modules/${name}/package.json`, { name, version: '1.0.0', [key]: license })
  }
  const licences = (await scan()).filter(({ kind }) => kind === 'installed').map(({ license }) => license)
  expect(licences).toEqual(['MIT', 'ISC', 'UNKNOWN', '(MIT OR Apache-2.0)'])
})

test('takes the type declarations that TypeScript would take', async () => {
  project.write('package.json', { name: 'app' })
  project.write('node_modules/a/package.json', {
    name: 'a',
    version: '1.0.0',
    types: 'old.d.ts',
    exports: {
      '.': { import: { types: './dist/index.d.mts', default: './dist/index.mjs' } },
      './x': { types: './x.d.ts' },
    },
  })
  expect((await scan()).find(({ name }) => name === 'a')?.types).toBe('./dist/index.d.mts')
})

test('says what to do where nothing is installed', async () => {
  await expect(scanProject(project.directory)).rejects.toThrow(/nothing is installed in .*Run npm install/)
  await expect(scanProject(`${project.directory}/missing`)).rejects.toThrow(/is no directory/)
  project.write('.pnp.cjs', '')
  await expect(scanProject(project.directory)).rejects.toThrow(/nodeLinker: node-modules/)
})

test('stops when it is told to', async () => {
  project.write('node_modules/a/package.json', { name: 'a', version: '1.0.0' })
  const reason = new Error('enough')
  await expect(scanProject(project.directory, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
