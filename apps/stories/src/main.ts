// Tells the stories that are named. Without a name it says which there are; `--check` tells all of them, and says only
// which of them are right.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'

const stories: Readonly<Record<string, string>> = {
  'email-assistant': 'a reply takes as long as its longest chain of calls, and a timeline shows why',
  'streaming-tool': 'a tool is heard while it works; its listener leaves half-way, and it stops',
  approvals: 'a tool asks a person first; what the model reads after a yes, a no, a change and no answer',
  'cancelled-scope': 'fifty calls run, queue and wait; the user leaves, and all of it ends at once',
  'cache-on-and-off': 'questions in equal words and in others, without a cache and with three kinds of one',
  'custom-adapter': 'an adapter for vectors in SQLite, and the contract that finds what is wrong with it',
  'semantic-cache-redis': 'two assistants share in Redis what they know, in other words too; then Redis is killed',
  'shared-breaker':
    'two processes and a backend that is down: one finds out, both stop asking it; one call tries again',
  'langchain-agent': 'tools of a LangChain agent hang, fail and ask a person: one line of middleware sees to it',
  'mcp-tools': "one program's tools over MCP, run by another one's runtime: a task, an error, a cancel that arrives",
  'chaos-test': 'an agent does its work although its tools fail; the same seed gives the same trouble',
}
const folder = new URL('stories/', import.meta.url)
const compiled = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))

/** Runs a story in a process of its own; its exit code says whether it is right. */
function tell(name: string, stdio: 'inherit' | 'pipe') {
  // Whatever says here that packages are taken from their sources says it there too.
  const args = [...process.execArgv, fileURLToPath(new URL(`${name}.ts`, folder))]
  // The stories load the same packages: compiled code that one leaves there halves the time that the next one starts in.
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
  return spawnSync(process.execPath, args, { stdio, env, encoding: 'utf8', timeout: 30_000 })
}

function tellAloud(name: string, index: number): boolean {
  console.log(`${index > 0 ? '\n' : ''}${styleText('bold', `${name}: ${stories[name]}`)}\n`)
  return tell(name, 'inherit').status === 0
}

function tellQuietly(name: string): boolean {
  const began = performance.now()
  const { status, stdout, stderr } = tell(name, 'pipe')
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'right' : 'WRONG'} ${name} ${seconds} s`)
  if (status !== 0) console.log(stdout + stderr)
  return status === 0
}

function list(): string {
  const width = Math.max(...Object.keys(stories).map((name) => name.length))
  return Object.entries(stories)
    .map(([name, about]) => `  ${name.padEnd(width)}  ${about}`)
    .join('\n')
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(stories, name))
if (wanted[0] === '--check') {
  const files = readdirSync(folder).map((file) => basename(file, '.ts'))
  assert.deepEqual(Object.keys(stories).toSorted(), files.toSorted(), 'the list has every story')
  const wrong = files.filter((name) => !tellQuietly(name))
  process.exitCode = wrong.length > 0 ? 1 : 0
} else if (unknown.length > 0) {
  console.error(`there is no story ${unknown.join(', ')}; there are\n${list()}`)
  process.exitCode = 2
} else if (wanted.length > 0) {
  const wrong = wanted.filter((name, index) => !tellAloud(name, index))
  process.exitCode = wrong.length > 0 ? 1 : 0
} else console.log(`npm run story -- <name>, with one of\n${list()}`)
