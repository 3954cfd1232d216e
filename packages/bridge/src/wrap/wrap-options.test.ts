import { describe, expect, it } from 'vitest'
import { callOptions, checkWrapOptions } from './wrap-options.ts'

describe('checkWrapOptions', () => {
  it('names an option that nobody reads', () => {
    expect(() => checkWrapOptions('wrapTools', { tool: {} } as object)).toThrow(
      "wrapTools: unknown option 'tool'; known are tools, options",
    )
    expect(() => checkWrapOptions('wrapTools', { tools: { a: { readOnlyHint: true } as object } })).toThrow(
      "wrapTools: tools.a: unknown option 'readOnlyHint'; known are annotations, policy",
    )
  })

  it('names hints of a tool that is not there', () => {
    expect(() => checkWrapOptions('wrapTools', { tools: { serach: {} } }, ['search', 'read'])).toThrow(
      "wrapTools: tools has hints for 'serach', which is none of the tools: search, read",
    )
    expect(() => checkWrapOptions('wrapTools', { tools: { later: {} } })).not.toThrow()
  })
})

describe('callOptions', () => {
  it("takes the user's options and the id of the SDK", () => {
    const options = callOptions({ options: (user: string) => ({ session: user }) }, 'u7', { callId: 'call_1' })
    expect(options).toEqual({ session: 'u7', callId: 'call_1' })
    expect(callOptions({}, undefined, {})).toEqual({})
  })

  it('is aborted with either signal, with its reason', () => {
    const [own, users] = [new AbortController(), new AbortController()]
    const both = () =>
      callOptions({ options: () => ({ signal: users.signal }) }, undefined, { signal: own.signal }).signal
    const first = both()
    users.abort('user')
    expect(first?.reason).toBe('user')
    expect(callOptions({}, undefined, { signal: own.signal }).signal).toBe(own.signal)
  })
})
