import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { validateInput } from './validate.ts'

const schemaOf = (validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'mine', validate },
})

test("gives the schema's output at once", () => {
  expect(validateInput(z.object({ n: z.coerce.number() }), { n: '5' })).toEqual({ value: { n: 5 } })
})

test('names the place, what is expected and what is there', () => {
  const schema = z.object({ items: z.array(z.object({ price: z.number() })) })
  expect(validateInput(schema, { items: [{ price: 1 }, { price: 'ten' }, {}] })).toEqual({
    issues: [
      { path: 'items[1].price', message: expect.any(String), expected: 'number', received: 'string' },
      { path: 'items[2].price', message: expect.any(String), expected: 'number', received: 'nothing' },
    ],
  })
})

test('takes path segments as objects, and words that a schema gives itself', () => {
  const issue = { message: 'no', path: [{ key: 'a' }, { key: 0 }], expected: 'cat', received: 'dog' }
  expect(
    validateInput(
      schemaOf(() => ({ issues: [issue] })),
      {},
    ),
  ).toEqual({
    issues: [{ path: 'a[0]', message: 'no', expected: 'cat', received: 'dog' }],
  })
})

test('waits for a schema that is async', async () => {
  const schema = z.object({ q: z.string().refine(async (q) => q !== 'bad', 'is bad') })
  await expect(validateInput(schema, { q: 'good' })).resolves.toEqual({ value: { q: 'good' } })
  await expect(validateInput(schema, { q: 'bad' })).resolves.toEqual({ issues: [{ path: 'q', message: 'is bad' }] })
})

test('a schema that throws or rejects gives an issue', async () => {
  const thrown = { issues: [{ path: '', message: 'The schema could not check the value: broken' }] }
  const fail = () => {
    throw new Error('broken')
  }
  expect(validateInput(schemaOf(fail), {})).toEqual(thrown)
  await expect(
    validateInput(
      schemaOf(async () => fail()),
      {},
    ),
  ).resolves.toEqual(thrown)
})

const revoked = Proxy.revocable({}, {})
revoked.revoke()
test.each<[string, () => unknown]>([
  ['gives nothing', () => undefined],
  ['gives nothing later', async () => undefined],
  ['gives issues later that are none', async () => ({ issues: [null] })],
  ['throws what cannot be read', () => fail(revoked.proxy)],
  ['rejects with what cannot be read', async () => fail(revoked.proxy)],
])('a schema that %s gives an issue', async (_, check) => {
  const schema = schemaOf(check as StandardSchemaV1['~standard']['validate'])
  const message = expect.stringMatching(/^The schema could not check the value: ./)
  expect(await validateInput(schema, {})).toEqual({ issues: [{ path: '', message }] })
})

function fail(value: unknown): never {
  throw value
}

test('a failure without issues is a failure', () => {
  expect(
    validateInput(
      schemaOf(() => ({ issues: [] })),
      {},
    ),
  ).toMatchObject({ issues: [{ path: '' }] })
})

test('tells no more than twenty issues', () => {
  const issues = Array.from({ length: 1000 }, (_, index) => ({ message: 'no', path: [index] }))
  const result = validateInput(
    schemaOf(() => ({ issues })),
    {},
  )
  expect('issues' in result && result.issues).toHaveLength(20)
})
