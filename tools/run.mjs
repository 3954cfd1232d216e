// Starts a task of this repository on a machine that has only Node 20 or later and npm: installs what is missing, then
// runs the task on the pinned Node. Keep this file free of dependencies and of syntax newer than Node 20.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const fromSource = '--conditions=@headrace/source'

const tasks = {
  demo: { node: [fromSource, 'apps/research-agent/src/main.ts'] },
  bench: { node: [fromSource, '--expose-gc', 'benchmarks/src/main.ts'] },
  test: { node: ['tools/check.mjs', 'test'], needsPnpm: true },
  'test:full': { node: ['tools/check.mjs', 'full'], needsPnpm: true },
  check: { node: ['tools/check.mjs', 'check'], needsPnpm: true },
}

const pnpmPackage = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1' }

const say = (text) => process.stderr.write(`${text}\n`)

function fail(text) {
  say(`headrace: ${text}`)
  process.exit(1)
}

function versionOf(command) {
  const { status, stdout } = spawnSync(command, ['--version'], { env, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** The command that runs the pinned pnpm: the one on PATH when it is of the same major version, else npx. */
function pnpmCommand() {
  const wanted = pnpmPackage.replace(/^pnpm@(\d+)\..*/, '$1.')
  return versionOf('pnpm')?.startsWith(wanted) ? ['pnpm'] : ['npx', '-y', pnpmPackage]
}

function installWhenNeeded(pnpm) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.headrace-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const [command, ...rest] = [...pnpm, 'install', '--frozen-lockfile']
  say(`headrace: installing what the lockfile names (${[command, ...rest].join(' ')}); the first time takes a minute`)
  // The installer talks to stderr, so that a task's stdout holds nothing but the task's own output.
  const { status, error } = spawnSync(command, rest, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (error) fail(`cannot start ${command}: ${error.message}`)
  if (status !== 0) fail(`the install failed (exit code ${status}); what it said stands above`)
  writeFileSync(stamp, lock)
  say('headrace: installed')
}

function nodeToRun() {
  const version = versionOf('node')
  const [major = 0, minor = 0] = (version ?? '').replace('v', '').split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return
  fail(
    `no Node for this task: node on PATH is ${version ?? 'not runnable'}, and no pinned Node was installed for ` +
      `${process.platform}-${process.arch}. Use Node 22.18 or later.`,
  )
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  child.on('error', (error) => fail(`cannot start ${command}: ${error.message}`))
  // Ctrl-C reaches the whole foreground group by itself; here it must only not end this process before the child.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

const [name, ...given] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined
if (!task) fail(`usage: node tools/run.mjs ${Object.keys(tasks).join('|')} [arguments]`)
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node ${process.versions.node} is too old; use 20 or later`)

const pnpm = pnpmCommand()
installWhenNeeded(pnpm)
nodeToRun()

// npm eats the "--" before a script's arguments, pnpm hands it on.
const args = [...task.node, ...(given[0] === '--' ? given.slice(1) : given)]
const pnpmIsOnPath = pnpm[0] === 'pnpm'
if (task.needsPnpm && !pnpmIsOnPath) run('npx', ['-y', '-p', pnpmPackage, '--', 'node', ...args])
else run('node', args)
