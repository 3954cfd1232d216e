import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { samplePackage } from '../project/sample-package.ts'
import { createMetadataServer } from './metadata-server.ts'
import type { Behaviour } from './misbehaviour.ts'

let close: (() => void) | undefined
afterEach(() => close?.())

async function serve(behaviour: Behaviour): Promise<string> {
  const packages = new Map([['@s/a@1.0.0', samplePackage('@s/a@1.0.0', { license: 'ISC' })]])
  const deprecations = new Map([['@s/a@1.0.0', 'use b']])
  const server = createMetadataServer({ source: { packages, deprecations }, behave: () => behaviour })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = () => server.close().closeAllConnections()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const path = '/packages/%40s%2Fa/1.0.0/facts'

test('answers with the facts of a package', async () => {
  const url = await serve({ kind: 'answer', waitMs: 0 })
  const response = await fetch(url + path)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ id: '@s/a@1.0.0', license: 'ISC', deprecated: 'use b', engines: null })
})

test('says 404 for what is not installed, and for other paths', async () => {
  const url = await serve({ kind: 'answer', waitMs: 0 })
  for (const wrong of ['/packages/b/1.0.0/facts', '/packages/a', '/packages/%E0%A4%A/1/facts', '/']) {
    expect((await fetch(url + wrong)).status).toBe(404)
  }
})

test('says when to come again, in both forms of the header', async () => {
  const url = await serve({ kind: 'rate-limit', waitMs: 0, retryAfterMs: 250 })
  const { status, headers } = await fetch(url + path)
  expect([status, headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual([429, '1', '250'])
})

test('resets connections', async () => {
  const url = await serve({ kind: 'reset', waitMs: 0 })
  await expect(fetch(url + path)).rejects.toThrow('fetch failed')
})

test('hangs until the client gives up', async () => {
  const url = await serve({ kind: 'hang' })
  await expect(fetch(url + path, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/)
})

test('keeps a ledger of what it did, which is always answered', async () => {
  const url = await serve({ kind: 'outage', waitMs: 0 })
  expect((await fetch(url + path)).status).toBe(503)
  expect(await (await fetch(`${url}/ledger`)).json()).toMatchObject({ outage: 1, answer: 0 })
})
