import { from, lastValueFrom, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { failureOf, OpenAiStreamError, untilFailure } from './stream-failure.ts'

test.each([
  [{ error: { code: 'rate_limit', message: 'slow down' } }, 'rate_limit', 'slow down'],
  [{ error: { type: 'server_error', code: 503 } }, 'server_error', 'the stream of the model has failed (server_error)'],
  [{ error: 'overloaded' }, 'error', 'overloaded'],
  [{ type: 'error', code: 'bad', message: 'no' }, 'bad', 'no'],
  [{ type: 'error', error: { type: 'overloaded', message: 'later' } }, 'overloaded', 'later'],
  [{ object: 'error', message: 'no', code: 400 }, 'error', 'no'],
])('a failure is known by its code and its message: %j', (event, code, message) => {
  expect(failureOf(event)).toEqual(new OpenAiStreamError(code, message))
  expect(failureOf(event)).toMatchObject({ name: 'OpenAiStreamError', code, message })
})

test.each([{}, { error: null }, { choices: [], error: '' }, { type: 'response.created', error: { code: 'x' } }])(
  'other events are no failures: %j',
  (event) => {
    expect(failureOf(event)).toBeUndefined()
  },
)

test('a stream errors after the event that tells of its failure', async () => {
  const seen: unknown[] = []
  const failing = untilFailure(from([1, { error: 'no' }, 2]))
  await expect(failing.forEach((event) => void seen.push(event))).rejects.toThrow('no')
  expect(seen).toEqual([1, { error: 'no' }])
  expect(await lastValueFrom(untilFailure(from([1, {}])).pipe(toArray()))).toEqual([1, {}])
})
