import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { oldestNodeStep } from './oldest-node-step.mjs'
import { temporaryFolder } from './temporary-folder.mjs'
import { listPackages } from './workspace.mjs'

const published = listPackages('packages').filter(({ manifest }) => !manifest.private)

/**
 * Steps that check the packages as a user gets them: packed by pnpm, linted as tarballs, installed together by npm into
 * an empty folder, and loaded there through every key of their exports, with the pinned Node and with the oldest.
 */
export function packedSteps() {
  const folder = temporaryFolder()
  const consumer = temporaryFolder()
  const tarballs = () => readdirSync(folder).map((name) => join(folder, name))
  const packed = (name, check) => ({ name, needs: 'pack', run: () => check(tarballs()) })
  return [
    { name: 'pack', needs: 'build', run: () => forEach(published, ({ path }) => pack(path, folder)) },
    packed('publint', (files) => forEach(files, (file) => run('publint', ['run', file, '--strict']))),
    packed('attw', (files) =>
      forEach(files, (file) => run('attw', [file, '--profile', 'esm-only', '--format', 'ascii'])),
    ),
    packed('install', (files) => installAndLoad(consumer, files)),
    oldestNodeStep({ manifests: published.map(({ manifest }) => manifest), consumer, needs: 'install' }),
  ]
}

const pack = (cwd, folder) => run('pnpm', ['pack', '--pack-destination', folder], { cwd })

async function forEach(items, check) {
  const done = []
  for (const item of items) done.push(await check(item))
  return outcome(done, `${items.length} packages`)
}

/** @param {{ code: number, output: string }[]} done */
function outcome(done, note) {
  const wrong = done.filter(({ code }) => code !== 0)
  const failed = wrong.length > 0 ? 1 : 0
  return { passed: 1 - failed, failed, skipped: 0, output: wrong.map(({ output }) => output).join('\n'), note }
}

async function installAndLoad(cwd, files) {
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const flags = ['--prefix', cwd, '--no-audit', '--no-fund', '--prefer-offline']
  const installed = await run('npm', ['install', ...flags, ...files, ...optionalPeers()], { cwd })
  if (installed.code !== 0) return outcome([installed])
  const names = published.flatMap(({ manifest }) => exportedNames(manifest))
  writeFileSync(join(cwd, 'load.js'), loader(names))
  const loaded = await run('node', ['load.js'], { cwd })
  return outcome([loaded], `${names.length} exports keys`)
}

/** What some entries import and the rest of their package does not need, in the versions that we test with. */
function optionalPeers() {
  const peers = published.flatMap(({ path, manifest }) =>
    Object.keys(manifest.peerDependenciesMeta ?? {}).map((name) => [name, join(path, 'node_modules', name)]),
  )
  const version = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  return [...new Set(peers.map(([name, folder]) => `${name}@${version(folder)}`))]
}

function exportedNames({ name, publishConfig, exports }) {
  return Object.keys(publishConfig?.exports ?? exports ?? {})
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1))
}

const loader = (names) => `
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
for (const name of ${JSON.stringify(names)}) {
  const imported = await import(name)
  const required = require(name)
  if (Object.keys(imported).join() !== Object.keys(required).join()) throw new Error(name + ': import and require differ')
}
`
