import { execFile } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../command.mjs'
import { temporaryFolder } from '../temporary-folder.mjs'
import { listPackages } from '../workspace.mjs'

/** What a program of the documentation may import beside our packages, and whose dependency it is. */
const dependencies = {
  rxjs: 'packages/core/node_modules/rxjs',
  zod: 'packages/core/node_modules/zod',
  ai: 'packages/ai-sdk/node_modules/ai',
  '@types/node': 'node_modules/@types/node',
  langchain: 'packages/langchain/node_modules/langchain',
  '@langchain/core': 'packages/langchain/node_modules/@langchain/core',
  '@langchain/langgraph': 'packages/langchain/node_modules/@langchain/langgraph',
  '@google/genai': 'packages/gemini/node_modules/@google/genai',
  '@modelcontextprotocol/client': 'packages/mcp/node_modules/@modelcontextprotocol/client',
  '@modelcontextprotocol/node': 'packages/mcp/node_modules/@modelcontextprotocol/node',
  '@modelcontextprotocol/server': 'packages/mcp/node_modules/@modelcontextprotocol/server',
  '@anthropic-ai/sdk': 'packages/anthropic/node_modules/@anthropic-ai/sdk',
  openai: 'packages/openai/node_modules/openai',
  ioredis: 'packages/redis/node_modules/ioredis',
  '@opentelemetry/api': 'packages/telemetry-otel/node_modules/@opentelemetry/api',
  '@opentelemetry/sdk-node': 'packages/telemetry-otel/node_modules/@opentelemetry/sdk-node',
  '@opentelemetry/sdk-trace': 'packages/telemetry-otel/node_modules/@opentelemetry/sdk-trace',
}

const configuration = {
  extends: join(root, 'tsconfig.base.json'),
  compilerOptions: {
    allowJs: true,
    checkJs: true,
    declaration: false,
    isolatedDeclarations: false,
    typeRoots: ['node_modules/@types'],
  },
  include: ['*.ts', '*.js'],
}

/** Makes a project as a user has it, outside the repository: a folder with dependencies and the given files. */
export function createUserProject(files) {
  const folder = temporaryFolder()
  const ours = listPackages('packages').map(({ path, manifest }) => [manifest.name, path])
  for (const [name, path] of [...ours, ...Object.entries(dependencies)]) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(resolve(root, path)), link, 'dir')
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const run = (command, ...args) => runIn(folder, command, args)
  const runner = fileURLToPath(new URL('run-programs.mjs', import.meta.url))
  return {
    /** Checks the types of all files, against the sources of the packages. */
    checkTypes: () => run('tsc', '-p', '.'),
    /** Runs files in a process of their own until it ends by itself; gives its exit code and what each file printed. */
    runPrograms: async (names) => {
      const flags = ['--conditions=@headrace/source', '--disable-warning=ExperimentalWarning']
      const { code, output } = await run('node', ...flags, runner, ...names)
      return { code, printed: readPrinted(output) }
    },
  }
}

/** Gives all that the command printed, without colours; never rejects. */
function runIn(folder, command, args) {
  const env = { ...process.env, FORCE_COLOR: undefined }
  return new Promise((resolve) => {
    execFile(command, args, { cwd: folder, env, timeout: 100_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? 1), output: stdout + stderr }),
    )
  })
}

/** What each program has printed, by its name, from the output of `run-programs.mjs`. */
export function readPrinted(output) {
  const [, ...parts] = output.split('\f')
  return new Map(parts.map(splitLine))
}

function splitLine(text) {
  const end = text.indexOf('\n')
  return [text.slice(0, end), text.slice(end + 1)]
}
