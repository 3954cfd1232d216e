import type { Stream } from 'node:stream'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { StdioClientTransport as TransportBefore } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, test } from 'vitest'
import { connectBefore, connectToday } from './fixtures/connect.ts'
import { stdioServer } from './fixtures/programs.ts'
import { gate } from './fixtures/runtime.ts'

const command = { command: process.execPath, args: [...stdioServer], stderr: 'pipe' as const }

/** Waits until a program has said this. */
function heard(stream: Stream | null, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = ''
    stream?.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes(text)) resolve()
    })
  })
}

test('serves a client of today over stdio, cancels what it cancels, and ends when it goes', {
  timeout: 20_000,
}, async () => {
  const transport = new StdioClientTransport(command)
  const isCancelled = heard(transport.stderr, 'cancelled')
  const isClosed = heard(transport.stderr, 'closed')
  const client = await connectToday(transport)
  expect(client.getServerVersion()).toMatchObject({ name: 'fixture', version: '1.2.3' })
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['math_add', 'wait'])
  expect(await client.callTool({ name: 'math_add', arguments: { a: 1, b: 2 } })).toMatchObject({
    structuredContent: { sum: 3 },
  })
  const leaving = new AbortController()
  const isWaiting = gate()
  const options = { signal: leaving.signal, onprogress: () => isWaiting.open() }
  const call = client.callTool({ name: 'wait' }, options).catch((error: Error) => error)
  await isWaiting.opened
  leaving.abort()
  await isCancelled
  expect(await call).toBeInstanceOf(Error)
  await client.close()
  await isClosed
})

test('serves a client of version 1 of the SDK over stdio', { timeout: 20_000 }, async () => {
  const client = await connectBefore(new TransportBefore(command))
  await client.ping()
  expect((await client.listTools()).tools).toHaveLength(2)
  expect(await client.callTool({ name: 'math_add', arguments: { a: 1, b: 2 } })).toMatchObject({
    structuredContent: { sum: 3 },
  })
})
