import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, run } from './fixtures/programs.ts'

const sources = {
  core: new URL('../../../core/src/index.ts', import.meta.url),
  mcp: new URL('../../src/index.ts', import.meta.url),
}

const program = `
import { registerHooks } from 'node:module'
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@modelcontextprotocol/')) throw new Error('there is no ' + name)
    return next(name, context)
  },
})
const { createRuntime } = await import(${JSON.stringify(sources.core.href)})
const { mcpHandler, mcpTools, serveMcp } = await import(${JSON.stringify(sources.mcp.href)})
const handler = mcpHandler(createRuntime())
const serving = serveMcp(createRuntime())
const say = (error) => console.log(error.message)
await handler(new Request('http://localhost/mcp')).catch(say)
await serving.closed.catch(say)
await handler.close()
console.log(typeof mcpTools)
`

test('who has not installed the server side of the SDK can use the rest, and is told what serving needs', async () => {
  const folder = await emptyFolder()
  const file = join(folder, 'program.mjs')
  await writeFile(file, program)
  const { stdout, output } = await run(['--conditions=@headrace/source', file], folder)
  expect({ stdout, output }).toMatchObject({
    stdout: [
      'mcpHandler needs the package @modelcontextprotocol/server, version 2: install it',
      'serveMcp needs the package @modelcontextprotocol/server, version 2: install it',
      'function\n',
    ].join('\n'),
  })
})
