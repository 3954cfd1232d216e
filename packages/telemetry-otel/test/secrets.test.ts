import { toolFailure } from '@headrace/core'
import type { OpenTelemetryOptions } from '@headrace/telemetry-otel'
import { describe, expect, it } from 'vitest'
import { openStage } from './fixture/open-telemetry-stage.ts'
import { readTool } from './fixture/tools.ts'

const secrets = ['hunter2', 'sk-proj-abcdefghijklmnopqrstuvwxyz012345', 'c2VjcmV0OnBhc3M']
const [password = '', apiKey = '', basic = ''] = secrets
const url = `postgres://admin:${password}@db/main`

/** Everything that the SDK was given of calls whose every part has a secret in it. */
async function everythingTold(telemetry: OpenTelemetryOptions): Promise<string> {
  const { clock, runtime, spans, metrics } = openStage({
    telemetry,
    tools: [
      readTool('ok', () => ({ token: password, nested: [{ note: `see ${url}` }], header: `Basic ${basic}` })),
      readTool('text', () => `use ${apiKey}`),
      readTool('failing', () => {
        throw toolFailure({ message: `cannot reach ${url}, password=${password}`, retryable: true })
      }),
      readTool('spared', () => Promise.reject(new Error(`Authorization: Basic ${basic}`)), {
        retry: false,
        fallback: () => 'spare',
      }),
      readTool('keyed', () => Promise.reject(Object.assign(new Error('down'), { status: 500 })), {
        retry: false,
        breaker: { consecutiveFailures: 1, key: () => url },
        concurrency: { key: () => `tenant?api_key=${apiKey}` },
      }),
    ],
  })
  const given = { password, apiKey, url, header: `Bearer ${apiKey}` }
  for (const tool of ['ok', 'text', 'failing', 'spared', 'keyed', `a tool at ${url}`]) {
    runtime.dispatch({ callId: `id of ${url}`, tool, arguments: JSON.stringify(given) })
    runtime.dispatch({ tool, arguments: given })
    runtime.dispatch({ tool, arguments: `{"password": "${password}", broken` })
    await clock.advance(100_000)
    runtime.dispatch({ tool, arguments: {} })
    await clock.advance(100_000)
  }
  const told = spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))
  return JSON.stringify([told, (await metrics()).map(({ dataPoints }) => dataPoints)])
}

describe('secrets', () => {
  it.each<OpenTelemetryOptions>([
    {},
    { capture: { arguments: true, result: true }, spans: { attempts: true, queue: true } },
  ])('are in nothing that is told, with %j', async (options) => {
    const told = await everythingTold(options)
    expect(told).toContain('[redacted]')
    for (const secret of secrets) expect(told).not.toContain(secret)
  })

  it('are found by rules of the user, too', async () => {
    const { clock, runtime, span } = openStage({
      telemetry: { capture: { arguments: true, result: true }, redact: { keys: ['iban'] } },
      tools: [readTool('pay', () => ({ iban: 'DE00', paid: true }))],
    })
    runtime.dispatch({ tool: 'pay', arguments: '{"iban":"DE00","amount":3}' })
    await clock.advance(1)
    expect(span('execute_tool pay').attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"amount":3,"iban":"[redacted]"}',
      'gen_ai.tool.call.result': '{"iban":"[redacted]","paid":true}',
    })
  })
})

describe('the content of calls', () => {
  it('is not told unless asked for', async () => {
    const { clock, runtime, span } = openStage({ tools: [readTool('echo', ({ q }) => q)] })
    runtime.call('echo', { q: 'private' })
    await clock.advance(1)
    expect(JSON.stringify(span('execute_tool echo').attributes)).not.toContain('private')
  })

  it('is told of arguments that are missing, broken or too long to read', async () => {
    const { clock, runtime, spans } = openStage({
      telemetry: { capture: { arguments: true } },
      tools: [readTool('echo', ({ q }) => q)],
    })
    const long = JSON.stringify({ q: 'x'.repeat(70_000) })
    for (const given of ['', undefined, '[1', long]) runtime.dispatch({ tool: 'echo', arguments: given })
    await clock.advance(1)
    expect(spans().map(({ attributes }) => attributes['gen_ai.tool.call.arguments'])).toEqual([
      '{}',
      '{}',
      '[1',
      `[text of ${long.length} characters]`,
    ])
  })
})
