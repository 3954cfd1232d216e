import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Peer } from '../connection/peer.ts'
import { listRemoteTools } from './list-remote-tools.ts'
import { remoteSchema } from './remote-schema.ts'

const key = fc.constantFrom(
  'tools',
  'nextCursor',
  'name',
  'inputSchema',
  'annotations',
  'execution',
  'type',
  '__proto__',
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value')),
  ),
}))

test('whatever a server lists, nothing throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 5 }), async (tools) => {
      const peer = { request: async () => ({ tools }) } as unknown as Peer
      for (const { name, description, inputSchema } of await listRemoteTools(peer, () => undefined)) {
        expect([typeof name, typeof description]).toEqual(['string', 'string'])
        expect(() => remoteSchema(inputSchema)).not.toThrow()
      }
    }),
  )
})
