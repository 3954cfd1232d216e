// Starts a task of this repository on a machine that has only Node 20 or later and npm: installs what is missing, then
// runs the task on the pinned Node. Keep this file free of dependencies and of syntax newer than Node 20.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const fromSource = '--conditions=@headrace/source'

const tasks = {
  demo: { node: [fromSource, 'apps/research-agent/src/main.ts'] },
  story: { node: [fromSource, 'apps/stories/src/main.ts'] },
  bench: { node: [fromSource, '--expose-gc', 'benchmarks/src/main.ts'], needsPnpm: true, needsBuild: true },
  reference: { node: ['tools/reference/main.mjs'] },
  test: { node: ['tools/check.mjs', 'test'], needsPnpm: true },
  'test:full': { node: ['tools/check.mjs', 'full'], needsPnpm: true },
  check: { node: ['tools/check.mjs', 'check'], needsPnpm: true },
}

const [name, ...given] = process.argv.slice(2)
const pnpmPackage = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1' }

const say = (text) => process.stderr.write(`${text}\n`)

function fail(text) {
  say(`headrace: ${text}`)
  if (name?.startsWith('test')) console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}

function versionOf(command) {
  const { status, stdout } = spawnSync(command, ['--version'], { env, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** Puts the pinned pnpm on PATH, unless one of the same major version is there. */
function providePnpm() {
  const wanted = pnpmPackage.replace(/^pnpm@(\d+)\..*/, '$1.')
  if (versionOf('pnpm')?.startsWith(wanted)) return
  const { status, stdout, error } = spawnSync('npx', ['-y', '-p', pnpmPackage, '-c', 'command -v pnpm'], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  })
  if (error) fail(`cannot start npx, which comes with npm: ${error.message}`)
  if (status !== 0) fail(`npx could not fetch ${pnpmPackage} (exit code ${status}); what it said stands above`)
  env.PATH = `${bin}${delimiter}${dirname(stdout.trim())}${delimiter}${process.env.PATH}`
}

/** Runs a command that prepares the task. It talks to stderr, so that stdout holds nothing but the task's own output. */
function prepare(command, args, what) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (error) fail(`cannot start ${command}: ${error.message}`)
  if (status !== 0) fail(`the ${what} failed (exit code ${status}); what it said stands above`)
}

function checkNode() {
  const version = versionOf('node')
  // the stories use what the language has only there
  if (Number(version?.replace(/^v(\d+)\..*/, '$1')) >= 24) return
  fail(
    `no Node for this task: node on PATH is ${version ?? 'not runnable'}, and no pinned Node was installed for ` +
      `${process.platform}-${process.arch}. Use Node 24 or later.`,
  )
}

function run(args) {
  const child = spawn('node', args, { cwd: root, env, stdio: 'inherit' })
  child.on('error', (error) => fail(`cannot start node: ${error.message}`))
  // Ctrl-C reaches the whole foreground group by itself; here it must only not end this process before the child.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}

const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined
if (!task) fail(`usage: node tools/run.mjs ${Object.keys(tasks).join('|')} [arguments]`)
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node ${process.versions.node} is too old; use 20 or later`)

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .digest('hex')
const stamp = join(root, 'node_modules', '.headrace-installed')
const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock

if (task.needsPnpm || !isInstalled) providePnpm()
if (!isInstalled) {
  say('headrace: installing what the lockfile names; the first time takes about a minute')
  prepare('pnpm', ['install', '--frozen-lockfile'], 'install')
  writeFileSync(stamp, lock)
  say('headrace: installed')
}
checkNode()
if (task.needsBuild) prepare('turbo', ['run', 'build', '--output-logs=errors-only'], 'build')
// npm eats the "--" before a script's arguments, pnpm hands it on.
run([...task.node, ...(given[0] === '--' ? given.slice(1) : given)])
