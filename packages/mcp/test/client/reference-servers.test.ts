import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRuntime, type Runtime } from '@headrace/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isMcpContent, type McpClient, type McpToolsOptions, mcpTools } from '../../src/index.ts'
import { everything, filesystem, httpV1, httpV2, stdioV1, stdioV2 } from './fixtures/clients.ts'
import { startEverything } from './fixtures/processes.ts'

async function runtimeOf(client: McpClient, options?: McpToolsOptions): Promise<Runtime> {
  const runtime = createRuntime({ tools: await mcpTools(client, options) })
  onTestFinished(() => runtime.close())
  return runtime
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headrace-mcp-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe('the reference server', () => {
  const connections = {
    stdio: async () => [(await stdioV2({ args: [everything] })).client],
    http: async () => {
      const { url } = await startEverything()
      return [await httpV2(url), await httpV1(url)]
    },
  }

  test.each(Object.entries(connections))('over %s', { timeout: 20_000 }, async (_, connect) => {
    for (const client of await connect()) await expectTools(client)
  })

  /** Texts, structured outputs, images, failures and progress. */
  async function expectTools(client: McpClient): Promise<void> {
    const runtime = await runtimeOf(client)
    expect(runtime.registry.list().length).toBeGreaterThan(10)
    const [sum, weather, image, refused, unfit] = await runtime.dispatchAll([
      { tool: 'get-sum', arguments: { a: 2, b: 3 } },
      { tool: 'get-structured-content', arguments: { location: 'Chicago' } },
      { tool: 'get-tiny-image', arguments: {} },
      {
        tool: 'gzip-file-as-resource',
        arguments: { name: 'x', data: 'http://127.0.0.1:1/none', outputType: 'resource' },
      },
      { tool: 'get-sum', arguments: { a: 'two', b: 3 } },
    ])
    expect(sum).toMatchObject({ status: 'ok', output: 'The sum of 2 and 3 is 5.' })
    expect(weather).toMatchObject({ status: 'ok', output: { conditions: 'Light rain / drizzle' } })
    expect(
      image?.status === 'ok' && isMcpContent(image.output) && image.output.content.map(({ type }) => type),
    ).toEqual(['text', 'image', 'text'])
    expect(refused).toMatchObject({ status: 'error', error: { code: 'EXECUTION_FAILED', retryable: false } })
    expect(unfit).toMatchObject({ status: 'error', error: { code: 'ARGUMENTS_INVALID' } })

    const events: string[] = []
    const long = { tool: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } }
    await new Promise<void>((resolve) => {
      runtime.dispatch$(long).subscribe({
        next: (event) => {
          if (event.type === 'progress') events.push(`${event.progress}/${event.total}`)
        },
        complete: resolve,
      })
    })
    expect(events).toContain('1/2')
  }
})

describe('the reference server of files', () => {
  test.each([
    ['2', stdioV2],
    ['1', stdioV1],
  ])('reads and writes through client %s', { timeout: 20_000 }, async (_, connect) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'a.txt'), 'hello')
    const { client } = await connect({ args: [filesystem, folder] })
    const runtime = await runtimeOf(client, { prefix: 'files/' })
    const read = await runtime.dispatch({ tool: 'files/read_text_file', arguments: { path: join(folder, 'a.txt') } })
    expect(read).toEqual({ content: 'hello' })
    await runtime.dispatch({ tool: 'files/write_file', arguments: { path: join(folder, 'b.txt'), content: 'new' } })
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('new')
    const outside = await runtime
      .dispatch({ tool: 'files/read_text_file', arguments: { path: '/etc/hostname' } })
      .result()
    expect(outside).toMatchObject({ status: 'error', error: { retryable: false } })
    expect(outside.status === 'error' && outside.error.toModel().message).toMatch(/outside allowed/)
  })
})
