// One program serves the tools of a mine over MCP, on its standard input and output. Another one, an agent's, starts it and
// takes its tools into a runtime of its own, where they run like any others: typed answers, progress, a report that takes
// so long that the server makes a task of it, an error that says what to do, and a cancel that arrives on the other side.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { createRuntime, defineTool, toModel } from '@headrace/core'
import { mcpTools, serveMcp } from '@headrace/mcp'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { z } from 'zod'

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

async function serve(): Promise<void> {
  const depth = defineTool({
    name: 'depth',
    description: 'How deep a shaft is, in metres',
    inputSchema: z.object({ shaft: z.enum(['Ann', 'Bob']) }),
    outputSchema: z.object({ metres: z.number() }),
    annotations: { readOnlyHint: true },
    execute: ({ shaft }) => ({ metres: shaft === 'Ann' ? 640 : 410 }),
  })
  const report = defineTool({
    name: 'report',
    description: 'Writes the report of a year',
    inputSchema: z.object({ year: z.number().int() }),
    execution: { taskSupport: 'required' },
    async execute({ year }) {
      await sleep(300)
      return `In ${year} no water came in.`
    },
  })
  const drain = defineTool({
    name: 'drain',
    description: 'Pumps a shaft dry',
    inputSchema: z.object({ shaft: z.string() }),
    async execute(_, { progress, signal }) {
      signal.addEventListener('abort', () => console.error('the pump stops')) // standard output belongs to the protocol
      for (let metres = 0; metres < 640; metres++) {
        progress({ progress: metres, total: 640, message: `${metres} m` })
        await sleep(20, undefined, { signal })
      }
    },
  })
  const runtime = createRuntime({ tools: [depth, report, drain], jobs: { pollIntervalMs: 50 } })
  await serveMcp(runtime, { name: 'mine', version: '1.0.0' }).closed
  await runtime.close()
}

async function use(): Promise<void> {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--serve']
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' })
  let heard = ''
  transport.stderr?.on('data', (chunk) => (heard += String(chunk)))
  const client = new Client({ name: 'agent', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(transport)
  const runtime = createRuntime({ tools: await mcpTools(client, { prefix: 'mine/' }) })
  console.log(`the agent has ${runtime.registry.names().join(', ')}`)

  const depths = await runtime.dispatchAll(
    ['Ann', 'Bob', 'Cid'].map((shaft) => ({ tool: 'mine/depth', arguments: JSON.stringify({ shaft }) })),
  )
  const read = depths.map((result) => toModel(result))
  for (const reply of read) console.log(`  the model reads ${styleText('cyan', JSON.stringify(reply).slice(0, 120))}`)
  assert.deepEqual(
    read.slice(0, 2),
    [640, 410].map((metres) => ({ status: 'ok', output: { metres } })),
  )
  assert(read[2]?.status === 'error' && read[2].error.code === 'ARGUMENTS_INVALID')

  const began = performance.now()
  const written = await runtime.call('mine/report', { year: 1890 })
  console.log(`after ${seconds(began)} the report: ${styleText('cyan', String(written))}`)
  assert.equal(written, 'In 1890 no water came in.')

  const seen: unknown[] = []
  const pumping = runtime.call('mine/drain', { shaft: 'Ann' })
  await new Promise<void>((enough) => {
    pumping.events$.subscribe((event) => {
      if (event.type === 'progress' && seen.push(event.message) === 3) enough()
    })
  })
  await pumping.cancel('the shift is over')
  while (!heard.includes('the pump stops')) await sleep(10)
  console.log(`pumped for ${seen.length} metres, then in the other program: ${styleText('cyan', heard.trim())}`)
  assert.equal((await pumping.result()).status, 'cancelled')
  await runtime.close()
  await client.close()
}

await (process.argv.includes('--serve') ? serve() : use())
