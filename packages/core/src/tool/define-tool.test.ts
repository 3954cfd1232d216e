import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../json-schema.ts'
import { defineTool } from './define-tool.ts'

const base = { name: 'a', description: 'does a', inputSchema: z.object({}), execute: () => 1 }

test('gives a frozen plain object with what was given', () => {
  const annotations = { readOnlyHint: true }
  const tool = defineTool({ ...base, title: 'A', annotations, policy: { priority: 2 } })
  expect(tool).toEqual({ ...base, title: 'A', annotations, execution: {}, policy: { priority: 2 } })
  expect(Object.isFrozen(tool)).toBe(true)
  expect(Object.isFrozen(tool.annotations)).toBe(true)
  expect(Object.getPrototypeOf(tool)).toBe(Object.prototype)
})

test('leaves the objects of the caller as they are', () => {
  const annotations = { readOnlyHint: true }
  const policy = { priority: 2 }
  const tool = defineTool({ ...base, annotations, policy })
  policy.priority = 3
  expect(tool.policy.priority).toBe(2)
  expect(Object.isFrozen(annotations)).toBe(false)
})

test.each(['a', 'get_weather', 'math.power', 'files/read', 'A-1', 'x'.repeat(128)])('accepts the name %s', (name) => {
  expect(defineTool({ ...base, name }).name).toBe(name)
})

test.each(['', 'a b', 'ä', 'x'.repeat(129), 'a\n', 'a:b'])('refuses the name %j and says what is right', (name) => {
  expect(() => defineTool({ ...base, name })).toThrow(/name must be 1 to 128 characters of A-Z a-z 0-9 _ \. - \//)
})

test('shows no more of a wrong name than a right one may have', () => {
  const error = catchError(() => defineTool({ ...base, name: 'x '.repeat(10_000) }))
  expect(error.message.length).toBeLessThan(250)
})

test('an empty description is a description', () => {
  expect(defineTool({ ...base, description: '' }).description).toBe('')
})

test.each([
  [{ description: undefined }, "tool 'a': description must be a string, got undefined"],
  [{ title: 5 }, "tool 'a': title must be a string, got number"],
  [{ execute: 'run' }, "tool 'a': execute must be a function, got string"],
  [{ inputSchema: undefined }, "tool 'a': inputSchema must be a Standard Schema"],
  [{ inputSchema: { type: 'object' } }, 'wrap a plain JSON Schema in jsonSchema() of @headrace/core/json-schema'],
  [{ inputSchema: { '~standard': { version: 2, validate: () => 1 } } }, 'must be a Standard Schema'],
  [{ outputSchema: 'number' }, "tool 'a': outputSchema must be a Standard Schema"],
  [{ annotations: { readOnlyHint: 'yes' } }, "tool 'a': annotations.readOnlyHint must be"],
  [{ execution: { taskSupport: 'always' } }, "tool 'a': execution.taskSupport must be 'forbidden' or"],
  [{ name: 5 }, 'tool number: name must be'],
])('refuses %j by name', (part, message) => {
  expect(() => defineTool({ ...base, ...(part as object) })).toThrow(message)
})

test('a schema may be a function that carries the standard, as arktype has it', () => {
  const { '~standard': standard } = jsonSchema({ type: 'object' })
  const inputSchema = Object.assign(() => undefined, { '~standard': standard })
  expect(defineTool({ ...base, inputSchema }).inputSchema).toBe(inputSchema)
})

function catchError(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
