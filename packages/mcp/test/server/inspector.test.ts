import { expect, onTestFinished, test } from 'vitest'
import { serveOverHttp } from './fixtures/connect.ts'
import { emptyFolder, inspector, run, stdioServer } from './fixtures/programs.ts'
import { add, runtimeOf } from './fixtures/runtime.ts'

async function inspect(target: readonly string[], ...method: string[]): Promise<unknown> {
  const { code, stdout, output } = await run(
    [inspector, '--cli', ...target, '--method', ...method],
    await emptyFolder(),
  )
  expect({ code, output }).toEqual({ code: 0, output })
  return JSON.parse(stdout)
}

test.each(['stdio', 'http'] as const)(
  'the inspector lists and calls the tools over %s',
  async (transport) => {
    const target: string[] = [process.execPath, ...stdioServer]
    if (transport === 'http') {
      const runtime = runtimeOf(add)
      onTestFinished(() => runtime.close())
      target.splice(0, target.length, (await serveOverHttp(runtime)).url.href)
    }
    expect(await inspect(target, 'tools/list')).toMatchObject({
      tools: expect.arrayContaining([expect.objectContaining({ name: 'math_add' })]),
    })
    const called = await inspect(target, 'tools/call', '--tool-name', 'math_add', '--tool-arg', 'a=1', 'b=2')
    expect(called).toMatchObject({ structuredContent: { sum: 3 } })
  },
  60_000,
)
