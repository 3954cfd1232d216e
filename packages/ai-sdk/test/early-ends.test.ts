import { describe, expect, it } from 'vitest'
import { openSearch, stream } from './open-search.ts'
import { finish, type LivingModel, livingModel, toolCall } from './scripted-model.ts'

describe('early calls', () => {
  const ends: [string, (living: LivingModel) => void][] = [
    ['length', (living) => living.end(finish('length'))],
    ['content-filter', (living) => living.end(finish('content-filter'))],
    ['error', (living) => living.end({ type: 'error', error: new Error('overloaded') })],
    ['no end', (living) => living.end()],
    ['a broken connection', (living) => living.fail(new Error('reset'))],
  ]
  it.each(ends)('are cancelled where the message ends with %s, and the runtime tells of it', async (_, end) => {
    const { tools, log, begun, run } = openSearch()
    const living = livingModel()
    const { done } = stream(living, tools)
    living.say(toolCall('a', 'search'))
    const signal = await run('a').begun.promise
    expect(signal.aborted).toBe(false)
    end(living)
    await done.catch(() => {})
    expect(signal.reason).toMatchObject({ kind: 'cancelled' })
    expect(log.at(-1)).toBe('a call-settle cancelled')
    expect(begun).toEqual(['a'])
    run('a').end.resolve('late')
  })

  it('are cancelled with the reason of the SDK when it is aborted in the middle', async () => {
    const { tools, log, run } = openSearch()
    const living = livingModel()
    const abort = new AbortController()
    const { done } = stream(living, tools, { abortSignal: abort.signal })
    living.say(toolCall('a', 'search'))
    const signal = await run('a').begun.promise
    const reason = new Error('the user left')
    abort.abort(reason)
    expect(signal.reason).toBe(reason)
    expect(await done).toContain('abort')
    expect(log.at(-1)).toBe('a call-settle cancelled')
    run('a').end.resolve('late')
  })

  it('end with the time limit that the SDK sets for the tool', async () => {
    const { tools, run } = openSearch()
    const living = livingModel()
    const { done } = stream(living, tools, { timeout: { toolMs: 5 } })
    living.say(toolCall('a', 'search'))
    const signal = await run('a').begun.promise
    living.end(finish())
    expect(await done).toContain('tool-error')
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' })
    run('a').end.resolve('late')
  })
})
