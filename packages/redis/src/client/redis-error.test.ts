import { describe, expect, it } from 'vitest'
import { replyWordOf, safeText } from './redis-error.ts'

describe('the text of a foreign error', () => {
  it('has no credentials of a URL, wherever they stand', () => {
    const text = safeText(new Error('cannot reach rediss://ann:pa%40ss@host:1/2 or redis://:x@host'), [])
    expect(text).toBe('cannot reach rediss://[redacted]@host:1/2 or redis://[redacted]@host')
  })

  it('has none of the secrets that are known', () => {
    expect(safeText(new Error('AUTH ann hunter2 failed: hunter2'), ['hunter2'])).not.toContain('hunter2')
  })

  it('has nothing of what was sent, and is short', () => {
    const unknown = "ERR unknown command 'NOSUCH', with args beginning with: 'card 4111' "
    expect(safeText(new Error(unknown), [])).toBe("ERR unknown command 'NOSUCH'")
    expect(safeText('x'.repeat(10_000), []).length).toBeLessThan(310)
  })

  it('says why each of several addresses was refused', () => {
    const error = new AggregateError([new Error('ECONNREFUSED ::1'), new Error('ECONNREFUSED 127.0.0.1')], '')
    expect(safeText(error, [])).toBe('ECONNREFUSED ::1; ECONNREFUSED 127.0.0.1')
  })

  it('says what the last server of a Cluster has said, where none would tell who has which slot', () => {
    const lastNodeError = new Error('WRONGPASS invalid username-password pair of ann')
    const error = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError })
    expect(safeText(error, ['ann'])).toBe(
      'Failed to refresh slots cache: WRONGPASS invalid username-password pair of [redacted]',
    )
  })
})

it('an error that a server sent has a first word, and no other has', () => {
  const sent = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' })
  expect(replyWordOf(sent('WRONGTYPE Operation against a key'))).toBe('WRONGTYPE')
  expect(replyWordOf(sent('LOADING'))).toBe('LOADING')
  expect(replyWordOf(sent('user_script:3: attempt to compare'))).toBe('ERR')
  const redirected = 'Too many Cluster redirections. Last error: ReplyError: TRYAGAIN Multiple keys request'
  expect(replyWordOf(new Error(redirected))).toBe('TRYAGAIN')
  expect(replyWordOf(new Error('READONLY says a library'))).toBeUndefined()
  expect(replyWordOf('OOM')).toBeUndefined()
})
