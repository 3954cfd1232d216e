import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CallResult,
  createRuntime,
  defineTool,
  type Runtime,
  type Tool,
  type ToolCall,
  toModel,
} from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { createSeededRandom, createTestClock, type ScriptedTool, scriptedTool, type TestClock } from '@headrace/testing'
import { map, take, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'

/** What a model answers: more calls, or the end. */
interface Answer {
  readonly calls: readonly ToolCall[]
  readonly text?: string
}

/** An agent as people write it: it asks the model, runs its calls, shows it the results, until there are no calls. */
async function runAgent(runtime: Runtime, ask: (results: readonly unknown[]) => Promise<Answer>): Promise<string> {
  let answer = await ask([])
  while (answer.calls.length > 0) {
    const results: CallResult[] = await runtime.dispatchAll(answer.calls)
    answer = await ask(results.map((result) => toModel(result)))
  }
  return answer.text ?? ''
}

/** Reads a thermometer every second, on RxJS's own timers. */
const thermometer = defineTool({
  name: 'thermometer',
  description: 'Reads the temperature three times',
  inputSchema: jsonSchema({ type: 'object' }),
  annotations: { readOnlyHint: true },
  execute: () =>
    timer(1_000, 1_000).pipe(
      take(3),
      map((reading) => 20 + reading),
    ),
})

/** Asks a slow office again and again, on Node's own timers. */
const permit = defineTool({
  name: 'permit',
  description: 'Waits for a permit',
  inputSchema: jsonSchema({ type: 'object' }),
  async execute(_input, { signal }) {
    const asked = Date.now()
    while (Date.now() - asked < 45_000) await sleep(5_000, undefined, { signal })
    return 'granted'
  },
  policy: { timeout: { attempt: 60_000 } },
})

interface Turn {
  readonly text: string
  readonly shown: readonly unknown[]
  readonly weather: ScriptedTool
  readonly model: ScriptedTool
  readonly tookMs: number
}

/** One whole turn of the agent; `clock` is what the runtime is given, if anything. */
async function takeTurn(clock: TestClock, given: TestClock | undefined): Promise<Turn> {
  const weather = scriptedTool({
    name: 'weather',
    clock,
    annotations: { readOnlyHint: true },
    script: [
      { after: 200, fail: { status: 503, retryAfterMs: 2_000 } },
      { after: 150, give: { sky: 'clear' } },
    ],
  })
  const model = scriptedTool({
    name: 'model',
    clock,
    script: [
      { after: 900, give: { calls: ['weather', 'thermometer', 'permit', 'wether'].map(call) } },
      { after: 700, give: { calls: [], text: 'Clear, 22 degrees, and you may.' } },
    ],
    afterLast: 'fail',
  })
  const tools: Tool[] = [weather, thermometer, permit, model]
  const random = createSeededRandom(1)
  const runtime: Runtime = createRuntime(given === undefined ? { tools, random } : { tools, random, clock: given })
  const shown: unknown[] = []
  const start = clock.now()
  const turn = runAgent(runtime, (results) => {
    shown.push(...results)
    return runtime.call('model', { results }) as Promise<Answer>
  }).then((text) => ({ text, tookMs: clock.now() - start }))
  await clock.runAll()
  const ended = await turn
  const closed = runtime.close()
  await clock.runAll()
  await closed
  return { ...ended, shown, weather, model }
}

function call(tool: string): ToolCall {
  return { callId: `call-of-${tool}`, tool, arguments: '{}' }
}

describe("an agent's turn on an installed clock", () => {
  const shown = [
    { status: 'ok', output: { sky: 'clear' } },
    { status: 'ok', output: 22 },
    { status: 'ok', output: 'granted' },
    { status: 'error', error: { code: 'TOOL_NOT_FOUND', nearest: ['weather', 'thermometer', 'permit'] } },
  ]

  it('takes a minute of waits in no time, whoever set them', async () => {
    using clock = createTestClock({ install: true })
    const turn = await takeTurn(clock, clock)
    expect(turn.shown).toMatchObject(shown)
    expect([turn.text, turn.tookMs]).toEqual(['Clear, 22 degrees, and you may.', 900 + 45_000 + 700])
    expect(turn.weather.runs.map(({ attempt, startedAt, endedAt = 0 }) => [attempt, endedAt - startedAt])).toEqual([
      [1, 200],
      [2, 150],
    ])
    expect(turn.model.runs.map(({ input }) => input)).toMatchObject([{ results: [] }, { results: shown }])
    expect(clock.pending).toBe(0)
  })

  it('moves a runtime that knows nothing of the clock as well', async () => {
    using clock = createTestClock({ install: true })
    const turn = await takeTurn(clock, undefined)
    expect(turn.shown).toMatchObject(shown)
    expect(turn.tookMs).toBe(900 + 45_000 + 700)
  })

  it('cancels what waits on timers of RxJS and Node, and leaves none of them', async () => {
    using clock = createTestClock({ install: true })
    const runtime = createRuntime({ tools: [thermometer, permit], clock })
    const calls = [runtime.call('thermometer', {}), runtime.call('permit', {})]
    await clock.advance(1_500)
    for (const pending of calls) void pending.cancel('the user left')
    await clock.advance(0)
    const results = await Promise.all(calls.map((pending) => pending.result()))
    expect(results.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
    const closed = runtime.close()
    await clock.runAll()
    await closed
    expect(clock.pending).toBe(0)
  })
})
