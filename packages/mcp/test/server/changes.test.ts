import { expect, test, vi } from 'vitest'
import { connectBefore, serveInMemory } from './fixtures/connect.ts'
import { add, runtimeOf } from './fixtures/runtime.ts'

test('a client that says again and again that it is ready is told once, and nothing of it stays when it goes', async () => {
  const runtime = runtimeOf(add)
  const subscribe = vi.spyOn(runtime.events$, 'subscribe')
  const { serving, transport } = serveInMemory(runtime)
  const client = await connectBefore(transport)
  for (let count = 0; count < 3; count += 1) await client.notification({ method: 'notifications/initialized' })
  await client.listTools()
  await client.close()
  await serving.closed
  expect(subscribe.mock.results.map(({ value }) => value.closed)).toEqual([true])
})
