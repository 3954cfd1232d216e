import { finalResult } from '@headrace/bridge'
import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { expect, test } from 'vitest'
import { toLateMessages } from './to-late-messages.ts'
import { toToolMessages } from './to-tool-messages.ts'

test('tells of the end of a job by the call that began it', async () => {
  const build = defineTool({
    name: 'ci/build',
    description: 'builds',
    inputSchema: jsonSchema<{ branch: string }>({ type: 'object' }),
    execution: { taskSupport: 'required' },
    execute: ({ branch }) => {
      if (branch === 'broken') throw new Error('does not compile')
      return `built ${branch}`
    },
  })
  await using runtime = createRuntime({ tools: [build] })
  for (const [branch, text] of [
    ['main', "call toolu_1 of 'ci_build', which went on as a job, is there now:\nbuilt main"],
    ['broken', "call toolu_1 of 'ci_build', which went on as a job, has ended without one:\n{"],
  ] as const) {
    const result = await runtime.dispatch({ callId: 'toolu_1', tool: 'ci/build', arguments: { branch } }).result()
    if (result.status !== 'pending') throw new Error('expected a job')
    expect(toToolMessages([result])[0]?.content).toMatchObject([{ type: 'tool_result', tool_use_id: 'toolu_1' }])
    const late = toLateMessages(await finalResult(runtime, result), { runtime })
    expect(late).toEqual([{ role: 'user', content: [{ type: 'text', text: expect.stringContaining(text) }] }])
  }
})

test('cuts outputs that are too long, and refuses options that nobody reads', () => {
  const meta = { queuedMs: 0, durationMs: 0, attempts: 1 }
  const result = { status: 'ok', callId: 'toolu_1', tool: 't', output: 'abcdef', meta } as const
  expect(toLateMessages(result, { maxCharacters: 3 })[0]?.content).toMatchObject([
    { text: expect.stringContaining(':\nabc\n[Cut') },
  ])
  expect(() => toLateMessages(result, { max: 3 } as never)).toThrow("toLateMessages: unknown option 'max'")
})
