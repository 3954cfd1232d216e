import { defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, sleep } from '../fixture/tools.ts'

type Way = (stage: ReturnType<typeof openProbed>) => Promise<void>

/** A tool that failed once, so that its next call is a probe; what it does is in its arguments. */
function openProbed() {
  const controller = new AbortController()
  const tool = defineTool({
    name: 'probed',
    description: 'probed',
    inputSchema: jsonSchema<{ readonly q?: string; readonly n?: number }>({ type: 'object' }),
    outputSchema: jsonSchema<string>({ type: 'string' }),
    annotations: { readOnlyHint: true },
    policy: {
      retry: false,
      rateLimit: false,
      breaker: { consecutiveFailures: 1, openFor: 100 },
      timeout: { grace: 10 },
      concurrency: { max: 1, queue: 1 },
    },
    async execute({ q, n = 0 }, { signal }) {
      await sleep(stage.clock, n, signal)
      if (q === 'number') return 5 as never
      if (q?.startsWith('http')) throw httpError(Number(q.slice(4)))
      return 'up'
    },
  })
  const stage = openRuntime({ tools: [tool] })
  return { ...stage, controller, start: (q: string, n = 0, options = {}) => stage.call('probed', { q, n }, options) }
}

const ways: Record<string, Way> = {
  'is cancelled while it runs': async ({ clock, start }) => {
    const probe = start('ok', 50)
    await clock.advance(10)
    void probe.cancel()
  },
  'is cancelled by a listener at its attempt-start': async ({ runtime, start, controller }) => {
    runtime.events$.subscribe((event) => {
      if (event.type === 'attempt-start') controller.abort()
    })
    start('ok', 50, { signal: controller.signal })
  },
  'runs into the deadline of its caller': async ({ clock, start }) => {
    start('ok', 50, { deadline: clock.now() + 20 })
    await clock.advance(20)
  },
  'ends with a scope': async ({ clock, runtime }) => {
    const scope = runtime.scope()
    void scope.dispatch({ tool: 'probed', arguments: { q: 'ok', n: 50 } })
    await clock.advance(10)
    void scope.close()
  },
  'gives an output that does not fit': async ({ start }) => void start('number'),
  'is told that the caller asked wrongly': async ({ start }) => void start('http404'),
  'is told to come later': async ({ start }) => void start('http429'),
}

describe('breaker: a probe that judges nothing gives its permit back', () => {
  it.each(Object.entries(ways))('when it %s', async (_, way) => {
    const stage = openProbed()
    stage.start('http500')
    await stage.clock.advance(120)
    await way(stage)
    await stage.clock.advance(15)
    const next = stage.start('ok')
    await stage.clock.advance(1)
    expect(await codeOf(next)).toBe('ok')
  })
})
