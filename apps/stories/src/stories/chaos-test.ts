// An agent adds up the weights of 24 parcels. The scale fails or is slow most of the time, and answers get lost on
// their way to the agent. Time and chance come from a test clock and a seed, so that the same trouble can be had again.
import assert from 'node:assert/strict'
import { styleText } from 'node:util'
import { type CallResult, createRuntime } from '@headrace/core'
import { chaos, chaoticTool, createSeededRandom, createTestClock, scriptedTool } from '@headrace/testing'
import { z } from 'zod'

const parcels = new Map(Array.from({ length: 24 }, (_, index) => [`p${index + 1}`, 3 + ((index * 7) % 11)]))
const total = [...parcels.values()].reduce((sum, kg) => sum + kg)
const kgOf = ({ id }: { id: string }) => parcels.get(id) ?? assert.fail(`there is no parcel ${id}`)

/** Has the agent do its work in the chaos of a seed, and gives all that happened. */
async function live(seed: number) {
  const [clock, random] = [createTestClock(), createSeededRandom(seed)]
  const base = { inputSchema: z.object({ id: z.string() }), annotations: { readOnlyHint: true }, clock }
  const declared = scriptedTool({ ...base, name: 'declared_weight', script: [{ after: 300, give: kgOf }] })
  const breaker = { consecutiveFailures: 3, openFor: 600 }
  const policy = { breaker, fallback: declared, concurrency: { max: 3 } }
  const scale = scriptedTool({ ...base, name: 'weigh', policy, script: [{ after: 50, give: kgOf }] })
  const broken = chaoticTool(scale, { rate: 0.6, random, clock, fault: { status: 503 }, latency: { max: 400 } })
  const lossy = chaos({ rate: 0.2, random, tools: ['weigh'], outcome: { code: 'ECONNRESET' } })
  const runtime = createRuntime({ tools: [broken, declared], middleware: [lossy], clock, random })

  const history: string[] = []
  const breakers = ['closed']
  const settled: string[] = []
  runtime.events$.subscribe((event) => {
    history.push(JSON.stringify(event))
    if (event.type === 'breaker-change') breakers.push(event.to)
    if (event.type === 'call-settle') settled.push(event.callId)
  })
  const asked: string[] = []
  const turns: (readonly CallResult[])[] = []
  const agent = async (): Promise<number> => {
    const weights = new Map<string, number>()
    while (weights.size < parcels.size) {
      const missing = [...parcels.keys()].filter((id) => !weights.has(id)).slice(0, 8)
      const calls = missing.map((id) => ({ callId: `${turns.length + 1} ${id}`, tool: 'weigh', arguments: { id } }))
      asked.push(...calls.map(({ callId }) => callId))
      const results = await runtime.dispatchAll(calls)
      turns.push(results)
      for (const [index, id] of missing.entries()) {
        const result = results[index]
        if (result?.status === 'ok') weights.set(id, Number(result.output))
      }
      await new Promise<void>((resolve) => clock.setTimer(400, resolve)) // the agent thinks
    }
    return [...weights.values()].reduce((sum, kg) => sum + kg)
  }
  const [began, work] = [clock.now(), agent()]
  await clock.runAll()
  const answer = await work
  await runtime.close()
  const injections = [...broken.injections, ...lossy.injections]
  return { answer, asked, settled, turns, breakers, history, injections, tookMs: clock.now() - began }
}

/** What became of a call, in a few words. */
function becameOf({ status, meta }: CallResult): string {
  if (status !== 'ok') return 'lost on the way'
  if (meta.degraded) return 'taken as declared'
  return meta.attempts > 1 ? 'weighed after retries' : 'weighed at once'
}

const began = performance.now()
const story = await live(5)
const realMs = performance.now() - began
for (const [index, results] of story.turns.entries()) {
  const kinds = Object.entries(Object.groupBy(results, becameOf)).map(([kind, of]) => `${of?.length} ${kind}`)
  console.log(`turn ${index + 1}: the agent asks for ${results.length}: ${kinds.join(', ')}`)
}
const { fault = [], latency = [], outcome = [] } = Object.groupBy(story.injections, ({ kind }) => kind)
console.log(`${fault.length} attempts failed, ${latency.length} were slow, ${outcome.length} answers were lost`)
console.log(`the breaker of the scale: ${story.breakers.join(' → ')}`)
console.log(styleText('bold', `The parcels weigh ${story.answer} kg, and should: ${total} kg.`))
console.log(`it took ${(story.tookMs / 1000).toFixed(1)} s on the test's clock, and ${realMs.toFixed(0)} ms`)

assert.equal(story.answer, total)
const results = new Set(story.settled)
assert(
  story.asked.every((callId) => results.has(callId)),
  'each call has a result',
)
assert.equal(story.settled.length, results.size, 'no call has two')
const kinds = new Set(story.turns.flat().map(becameOf))
assert.equal(kinds.size, 4, 'retries, fallback and loss are part of the story')
assert(story.breakers.includes('open') && story.breakers.at(-1) === 'closed')
const again = await live(5)
assert.deepEqual(again.history, story.history)
const other = await live(6)
assert.notDeepEqual(other.history, story.history)
assert.equal(other.answer, total)
console.log(`the same seed again: the same ${again.history.length} events; another seed: other events, the same answer`)
