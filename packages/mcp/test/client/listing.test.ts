import { createRuntime } from '@headrace/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type McpWarning, mcpTools } from '../../src/index.ts'
import { clients, legacyClient, modernClient, serveOwn } from './fixtures/own-server.ts'

const inputSchema = { type: 'object' }

test.each(Object.entries(clients))('lists all pages: %s', async (_, connect) => {
  const { transport } = await serveOwn({
    handlers: {
      'tools/list': ({ cursor = '0' }) => {
        const page = Number(cursor)
        const tools = [{ name: `tool${page}`, description: `page ${page}`, inputSchema }]
        return page < 3 ? { tools, nextCursor: String(page + 1) } : { tools }
      },
    },
  })
  const tools = await mcpTools(await connect(transport))
  expect(tools.map(({ name }) => name)).toEqual(['tool0', 'tool1', 'tool2', 'tool3'])
  expect(tools[3]?.description).toBe('page 3')
})

test('a list whose cursor comes again ends, with a warning', async () => {
  const warnings: McpWarning[] = []
  const { transport } = await serveOwn({
    handlers: { 'tools/list': () => ({ tools: [{ name: 'a', inputSchema }], nextCursor: 'again' }) },
  })
  const tools = await mcpTools(await legacyClient(transport), { onWarning: (warning) => warnings.push(warning) })
  expect(tools).toHaveLength(1)
  expect(warnings.map(({ message }) => message)).toContain(
    "The server's list of tools has no end; what it said so far is taken.",
  )
})

describe('broken tools', () => {
  const deep = JSON.parse(`${'{"properties":{"a":'.repeat(70)}{}${'}}'.repeat(70)}`)
  const doubling = {
    type: 'object',
    $defs: Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `d${index}`,
        { allOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
      ]),
    ),
    allOf: [{ $ref: '#/$defs/d0' }],
  }
  const tools = [
    { name: 'good', inputSchema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } },
    { name: 'deep', inputSchema: { type: 'object', ...deep } },
    { name: 'large', inputSchema: { type: 'object', description: 'x'.repeat(300_000) } },
    { name: 'doubling', inputSchema: doubling },
    { name: 'none' },
    { name: 'text', inputSchema: 'object' },
    { name: 'slow', inputSchema: { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } } },
    { name: 'odd', inputSchema: { type: 'object', 'x-odd': 1, properties: { a: { format: 'none', type: 'date' } } } },
    { name: 'output', inputSchema, outputSchema: 7 },
    { description: 'no name' },
    'no tool',
    { name: 'good', inputSchema },
  ]
  const handlers = {
    'tools/list': () => ({ tools }),
    'tools/call': ({ name, arguments: given }: Readonly<Record<string, unknown>>) => ({
      content: [{ type: 'text', text: `${String(name)} ${JSON.stringify(given)}` }],
    }),
  }

  test.each([
    ['legacy', clients.legacy],
    ['version 1', clients['version 1']],
  ])('take nothing down: %s', async (_, connect) => {
    const warnings: McpWarning[] = []
    const { transport } = await serveOwn({ handlers })
    const runtime = createRuntime({
      tools: await mcpTools(await connect(transport), { onWarning: (warning) => warnings.push(warning) }),
    })
    onTestFinished(() => runtime.close())
    expect(runtime.registry.list().map(({ name }) => name)).toEqual([
      'good',
      'deep',
      'large',
      'doubling',
      'none',
      'text',
      'slow',
      'odd',
      'output',
    ])
    expect(new Set(warnings.map(({ tool }) => tool))).toEqual(
      new Set(['deep', 'large', 'doubling', 'none', 'text', 'output', 'good', undefined]),
    )
    const right = await runtime.dispatch({ tool: 'good', arguments: { a: 1 } })
    expect(right).toBe('good {"a":1}')
    const wrong = await runtime.dispatch({ tool: 'good', arguments: { a: 'x' } }).result()
    expect(wrong).toMatchObject({ error: { code: 'ARGUMENTS_INVALID' } })
    expect(await runtime.dispatch({ tool: 'deep', arguments: { any: 1 } })).toBe('deep {"any":1}')
    // a pattern of a stranger is not evaluated: this one would take longer than the test
    const attack = { a: `${'a'.repeat(60)}!` }
    expect(await runtime.dispatch({ tool: 'slow', arguments: attack })).toBe(`slow ${JSON.stringify(attack)}`)
    expect(await runtime.dispatch({ tool: 'odd', arguments: { a: 'now' } })).toBe('odd {"a":"now"}')
  })
})

test('a client of 2026-07-28 refuses a whole list in which one tool is broken', async () => {
  const tools = [{ name: 'good', inputSchema }, { name: 'none' }]
  const { transport } = await serveOwn({ handlers: { 'tools/list': () => ({ tools }) } })
  await expect(mcpTools(await modernClient(transport))).rejects.toThrow(/Invalid result for tools\/list/)
})

describe('names', () => {
  const served = async (names: readonly string[]) => {
    const asked: unknown[] = []
    const { transport } = await serveOwn({
      handlers: {
        'tools/list': () => ({ tools: names.map((name) => ({ name, inputSchema })) }),
        'tools/call': ({ name }) => {
          asked.push(name)
          return { content: [] }
        },
      },
    })
    return { transport, asked }
  }

  test('are kept where Headrace takes them, mapped without collisions where not, and mapped back', async () => {
    const long = 'n'.repeat(200)
    const names = ['a b', 'a_b', 'a:b', 'größe', `${long}1`, `${long}2`]
    const { transport, asked } = await served(names)
    const runtime = createRuntime({ tools: await mcpTools(await legacyClient(transport)) })
    onTestFinished(() => runtime.close())
    const given = runtime.registry.names()
    expect(given).toEqual(['a_b_2', 'a_b', 'a_b_3', 'gr__e', 'n'.repeat(128), `${'n'.repeat(126)}_2`])
    for (const tool of given) await runtime.dispatch({ tool, arguments: {} })
    expect(asked).toEqual(names)
  })

  test('have a prefix, which keeps servers apart', async () => {
    const { transport } = await served(['get'])
    const tools = await mcpTools(await modernClient(transport), { prefix: 'one.' })
    expect(tools.map(({ name }) => name)).toEqual(['one.get'])
  })
})

describe('what a server says of its tools', () => {
  const annotated = [
    {
      name: 'read',
      title: 'Read it',
      inputSchema,
      annotations: { readOnlyHint: true, idempotentHint: 'yes', title: 'other' },
    },
    { name: 'write', inputSchema, annotations: { destructiveHint: true } },
  ]
  const connect = async () =>
    legacyClient((await serveOwn({ handlers: { 'tools/list': () => ({ tools: annotated }) } })).transport)

  test('is a stranger’s claim: hints are not taken', async () => {
    const [read] = await mcpTools(await connect())
    expect(read).toMatchObject({ title: 'Read it', description: 'Read it', annotations: {} })
  })

  test('is taken where it is trusted, and only what is a hint', async () => {
    const [read, write] = await mcpTools(await connect(), { trustAnnotations: true })
    expect(read?.annotations).toEqual({ readOnlyHint: true })
    expect(write?.annotations).toEqual({ destructiveHint: true })
  })

  test('gives way to what the user knows', async () => {
    const [read, write] = await mcpTools(await connect(), {
      trustAnnotations: true,
      tools: {
        read: { annotations: { readOnlyHint: false } },
        write: { annotations: { idempotentHint: true }, policy: { retry: { maxAttempts: 5 } } },
      },
      policy: { timeout: { attempt: 1000 }, retry: { maxAttempts: 2 } },
    })
    expect(read?.annotations).toEqual({ readOnlyHint: false })
    expect(read?.policy).toMatchObject({ timeout: { attempt: 1000 } })
    expect(read?.policy.retry).toBeUndefined()
    expect(write?.policy).toMatchObject({ timeout: { attempt: 1000 }, retry: { maxAttempts: 5 } })
  })

  test.each([
    [{ trust: true }, /mcpTools: unknown option 'trust'; known are trustAnnotations/],
    [{ trustAnnotations: 'yes' }, /trustAnnotations must be true or false/],
    [{ prefix: 'a b' }, /prefix must be at most 32 characters/],
    [{ server: '' }, /server must be a name/],
    [{ reconnect: 7 }, /reconnect must be a function/],
    [{ tools: { read: { hints: {} } } }, /tools.read: unknown option 'hints'/],
    [{ tools: { raed: {} } }, /tools has hints for 'raed', which the server does not list: read, write/],
    [{ tools: { write: { policy: { retry: {} } } } }, /tool 'write': retry needs annotations/],
  ])('options that make no sense are refused: %j', async (options, message) => {
    const client = await connect()
    await expect(mcpTools(client, options as object)).rejects.toThrow(message)
  })
})
