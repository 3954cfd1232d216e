import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRuntime, type RuntimeEvent } from '@headrace/core'
import { afterEach, expect, test } from 'vitest'
import { samplePackage } from '../../project/sample-package.ts'
import { createMetadataServer } from '../../service/metadata-server.ts'
import type { Behaviour } from '../../service/misbehaviour.ts'
import { indexPackages } from '../package-index.ts'
import { factsTool, provenanceTool } from './metadata-tools.ts'

const installed = ['a', 'b', 'c', 'd', 'e', 'f', 'zed'].map((name) => samplePackage(`${name}@1.0.0`))
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A runtime whose service behaves as each request's number says. */
async function start(behave: (request: number, path: string) => Behaviour) {
  let requests = 0
  const packages = new Map(installed.map((one) => [one.id, one]))
  const server = createMetadataServer({
    source: { packages, deprecations: new Map() },
    behave: ({ path }) => {
      requests += 1
      return behave(requests, path)
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = {
    serviceUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    packages: indexPackages(installed),
  }
  const runtime = createRuntime({ tools: [factsTool(client), provenanceTool(client)] })
  const events: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => events.push(event))
  closers.push(
    () => runtime.close(),
    () => server.close().closeAllConnections(),
  )
  const facts = (name: string) => runtime.dispatch({ tool: 'package_facts', arguments: { package: name } }).result()
  return { runtime, events, facts, requests: () => requests }
}

const answer: Behaviour = { kind: 'answer', waitMs: 0 }

test.each<Behaviour>([
  { kind: 'unavailable', waitMs: 0 },
  { kind: 'reset', waitMs: 0 },
  { kind: 'rate-limit', waitMs: 0, retryAfterMs: 50 },
])('tries again after $kind', async (fault) => {
  const { facts } = await start((request) => (request === 1 ? fault : answer))
  expect(await facts('a')).toMatchObject({ status: 'ok', output: { id: 'a@1.0.0' }, meta: { attempts: 2 } })
})

test('answers an equal call from the cache', async () => {
  const { facts, requests } = await start(() => answer)
  await facts('a')
  expect(await facts('a')).toMatchObject({ status: 'ok', meta: { attempts: 0, cache: { layer: 'exact' } } })
  expect(requests()).toBe(1)
})

test('does not try again what the service does not have, nor ask for what is not installed', async () => {
  const { facts, requests } = await start(() => answer)
  expect(await facts('nothing')).toMatchObject({
    status: 'error',
    error: { code: 'EXECUTION_FAILED', retryable: false },
  })
  expect(requests()).toBe(0)
})

test('opens the breaker of the shelf that is out, and of no other', async () => {
  const { facts, events } = await start((_, path) => (path.includes('zed') ? answer : { kind: 'outage', waitMs: 0 }))
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(facts))
  expect(events).toContainEqual(expect.objectContaining({ type: 'breaker-change', key: 'metadata a-m', to: 'open' }))
  expect(await facts('a')).toMatchObject({ error: { code: 'CIRCUIT_OPEN', retryAfterMs: expect.any(Number) } })
  expect(await facts('zed')).toMatchObject({ status: 'ok' })
})

test('gives up on an endpoint that hangs', async () => {
  const { runtime } = await start(() => ({ kind: 'hang' }))
  const result = await runtime.dispatch({ tool: 'package_provenance', arguments: { package: 'a' } }).result()
  expect(result).toMatchObject({ status: 'error', error: { code: 'TIMEOUT' }, meta: { attempts: 2 } })
})
