import { trace } from '@opentelemetry/api'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { openStage } from './fixture/open-telemetry-stage.ts'
import { readTool } from './fixture/tools.ts'

describe('a span that nobody samples', () => {
  it('is still the context of the tool, and nothing is written to it', async () => {
    const seen: unknown[] = []
    const { clock, runtime, spans } = openStage({
      sampler: new AlwaysOffSampler(),
      telemetry: { spans: { attempts: true, queue: true } },
      tools: [readTool('one', () => void seen.push(trace.getActiveSpan()?.spanContext().traceFlags))],
    })
    runtime.call('one', {})
    await clock.advance(1)
    expect([seen, spans()]).toEqual([[0], []])
  })

  it('costs no redaction', async () => {
    let redacted = 0
    const text = (given: string): string => {
      redacted += 1
      return given
    }
    const { clock, runtime } = openStage({
      sampler: new AlwaysOffSampler(),
      telemetry: { capture: { arguments: true, result: true }, redact: { text } },
      tools: [readTool('echo', ({ q }) => q)],
    })
    const result = runtime.dispatch({ tool: 'echo', arguments: { q: 'tea' } }).result()
    await clock.advance(1)
    expect([(await result).status, redacted]).toEqual(['ok', 0])
  })

  it('is decided about by what the conventions say', async () => {
    const seen: unknown[] = []
    const sampler = new AlwaysOffSampler()
    const { clock, runtime } = openStage({
      sampler: {
        shouldSample(...[, , name, kind, attributes]) {
          seen.push([name, kind, attributes])
          return sampler.shouldSample()
        },
        toString: () => 'noting',
      },
      telemetry: { agentName: 'clerk' },
      tools: [readTool('one', () => 1)],
    })
    runtime.call('one', {})
    await clock.advance(1)
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'one',
      'gen_ai.tool.type': 'function',
      'gen_ai.agent.name': 'clerk',
    }
    expect(seen).toEqual([['execute_tool one', 0, attributes]])
  })
})
