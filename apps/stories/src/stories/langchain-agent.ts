// An agent of LangChain plans a trip with tools of LangChain: one is busy at first, one hangs, one asks Ann before it books.
// One line of middleware runs them through a runtime. The agent, the tools and the question to Ann stay LangChain's own.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createRuntime, toolFailure } from '@headrace/core'
import { headraceMiddleware } from '@headrace/langchain'
import { Command, INTERRUPT, interrupt, isInterrupted, MemorySaver } from '@langchain/langgraph'
import { createAgent, fakeModel, tool } from 'langchain'
import { z } from 'zod'

const runs = { trains: 0, weather: 0, book: 0 }
const booked: string[] = []
const schema = z.object({ to: z.string() })
const trains = tool(
  async ({ to }: z.infer<typeof schema>) => {
    runs.trains += 1
    await sleep(20)
    if (runs.trains === 1) throw toolFailure({ message: 'the timetable is busy', retryable: true })
    return `to ${to} at 8:04 and at 10:04`
  },
  { name: 'trains', description: 'Finds trains', schema },
)
let wasToldToEnd = false
const weather = tool(
  (_input: z.infer<typeof schema>, { signal }: { signal?: AbortSignal }) => {
    runs.weather += 1
    signal?.addEventListener('abort', () => (wasToldToEnd = true))
    return new Promise<string>(() => {}) // it hangs
  },
  { name: 'weather', description: 'Says the weather', schema },
)
const book = tool(
  ({ to }: z.infer<typeof schema>) => {
    runs.book += 1
    const answer: unknown = interrupt(`Shall I book the train to ${to}?`)
    if (answer === 'yes') booked.push(to)
    return answer === 'yes' ? `booked: ${to}` : 'not booked'
  },
  { name: 'book', description: 'Books a train', schema },
)

const readOnly = { annotations: { readOnlyHint: true } }
const runtime = createRuntime()
const middleware = headraceMiddleware(runtime, {
  tools: {
    trains: { ...readOnly, policy: { retry: { backoff: { base: 10 } }, cache: { ttl: 60_000, scope: 'session' } } },
    weather: { ...readOnly, policy: { timeout: { attempt: 100 }, retry: false } },
    book: { policy: { breaker: { consecutiveFailures: 1 } } }, // an interrupt is no failure
  },
  options: ({ runtime: { configurable } }) => ({ session: configurable?.thread_id }),
})

const to = (city: string) => ({ args: { to: city } })
const model = fakeModel()
  .respondWithTools([
    { name: 'trains', ...to('Oslo'), id: 'first' },
    { name: 'weather', ...to('Oslo'), id: 'second' },
    { name: 'trains', ...to('Oslo'), id: 'third' },
  ])
  .respondWithTools([{ name: 'book', ...to('Oslo'), id: 'fourth' }])
  .respondWithTools([])
const agent = createAgent({
  model,
  tools: [trains, weather, book],
  middleware: [middleware],
  checkpointer: new MemorySaver(),
})

const thread = { configurable: { thread_id: 'ann' } }
const began = performance.now()
const asked = await agent.invoke({ messages: [{ role: 'user', content: 'I want to go to Oslo.' }] }, thread)
const took = Math.round(performance.now() - began)
const question = isInterrupted<string>(asked) ? asked[INTERRUPT].map(({ value }) => value).join() : ''
console.log(`after ${took} ms the agent asks: ${styleText('cyan', question)}; Ann says yes`)
assert.deepEqual(booked, [], 'nothing happens without a yes')

const { messages } = await agent.invoke(new Command({ resume: 'yes' }), thread)
await runtime.close()
const answers = messages.filter((message) => message.type === 'tool').map(({ text }) => text)
for (const answer of answers) console.log(`the model reads ${styleText('cyan', answer)}`)
console.log(`runs of the tools: ${JSON.stringify(runs)}; told to end: ${wasToldToEnd}`)

const [first, second, third, fourth] = answers
assert.equal(first, 'to Oslo at 8:04 and at 10:04', 'what was busy is tried again')
assert.match(second ?? '', /"code":"TIMEOUT"/)
assert(wasToldToEnd, 'a tool that hangs is told to end')
assert.equal(third, first, 'equal calls share one run')
assert.equal(runs.trains, 2)
assert.equal(question, 'Shall I book the train to Oslo?')
assert.equal(fourth, 'booked: Oslo', 'and no interrupt has opened the breaker')
assert.equal(runs.book, 2, 'LangGraph runs a tool again when the answer is there')
