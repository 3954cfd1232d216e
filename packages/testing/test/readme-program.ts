import { createRuntime, defineTool, toolFailure } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { createSeededRandom, createTestClock } from '@headrace/testing'

const weather = defineTool({
  name: 'weather',
  description: 'Tells the weather of a city',
  inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }),
  annotations: { readOnlyHint: true },
  execute(_input, { attempt }) {
    if (attempt < 3) throw toolFailure({ message: 'busy', retryable: true })
    return 'sunny'
  },
})

const clock = createTestClock()
await using runtime = createRuntime({ tools: [weather], clock, random: createSeededRandom(1) })

const call = runtime.call('weather', { city: 'Oslo' })
await clock.advance(60_000) // a minute of retries and waits, at once
const result = await call.result()
console.log(result.status, result.meta.attempts, clock.pending)
