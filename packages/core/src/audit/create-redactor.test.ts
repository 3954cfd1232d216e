import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../json/plain-json.ts'
import { createRedactor } from './create-redactor.ts'

const mask = '[redacted]'

describe('createRedactor', () => {
  it('leaves plain values as they are, as a copy', () => {
    const given = { city: 'Oslo', days: [1, 2.5], when: null, warm: true, nested: { '': 0 } }
    const copied = createRedactor().value(given)
    expect(copied).toEqual(given)
    expect(copied).not.toBe(given)
    expect((copied as typeof given).days).not.toBe(given.days)
  })

  it.each([
    'password',
    'PASSWORD',
    'db_password2',
    'clientSecret',
    'api_key',
    'apiKey',
    'x-api-key',
    'accessToken',
    'token',
    'csrf_token',
    'Authorization',
    'Set-Cookie',
    'cookies',
    'credentials',
    'private key',
    'jwt',
  ])('masks whatever stands under %s', (name) => {
    const { value } = createRedactor()
    expect(value({ [name]: 'x' })).toEqual({ [name]: mask })
    expect(value([{ deep: { [name]: 7 } }])).toEqual([{ deep: { [name]: mask } }])
    expect(value({ [name]: { user: 'ada' } })).toEqual({ [name]: mask })
    expect(value({ [name]: ['x'] })).toEqual({ [name]: mask })
    expect(value({ [name]: null })).toEqual({ [name]: null })
    expect(value({ [name]: true })).toEqual({ [name]: true })
  })

  it.each(['key', 'auth', 'pass', 'signature', 'keys', 'tokens'])('masks under %s what looks like a secret', (name) => {
    const { value } = createRedactor()
    expect(value({ [name]: 'abc123' })).toEqual({ [name]: mask })
    expect(value({ [name]: ['abc123', 'city'] })).toEqual({ [name]: [mask, 'city'] })
    expect(value({ [name]: 'city' })).toEqual({ [name]: 'city' })
    expect(value({ [name]: 1_234_567 })).toEqual({ [name]: 1_234_567 })
    expect(value({ [name]: { user: 'ada', password: 'x' } })).toEqual({ [name]: { user: 'ada', password: mask } })
  })

  it('leaves alone what only sounds alike', () => {
    const given = {
      secretary: 'Bob',
      author: 'abc1234',
      max_tokens: 128_000,
      keyboard: 'qwerty123',
      passenger: 'a1b2c3',
    }
    expect(createRedactor().value(given)).toEqual(given)
  })

  it('takes secrets out of texts, and of names', () => {
    const { value, text } = createRedactor()
    expect(value(['Bearer abc.def', 'https://a:b@c'])).toEqual([`Bearer ${mask}`, `https://${mask}@c`])
    expect(value({ 'https://a:b@c': 1, 'https://d:e@c': 2 })).toEqual({
      [`https://${mask}@c`]: 1,
      [`https://${mask}@c #1`]: 2,
    })
    expect(text('password=hunter2')).toBe(`password=${mask}`)
  })

  it("goes by the user's names, in any case, and patterns, also those that remember where they stopped", () => {
    const { value } = createRedactor({ keys: ['IBAN', /^ssn/gi, /_pii$/y] })
    const given = { iban: 1, ibans: 2, ssn: true, SSN2: [1], name_pii: null, ssn3: { a: 1 } }
    expect(value(given)).toEqual({ iban: mask, ibans: 2, ssn: mask, SSN2: mask, name_pii: mask, ssn3: mask })
    expect(value({ x_pii: 1 })).toEqual({ x_pii: mask })
  })

  it("puts every text through the user's function, after its own rules", () => {
    const seen: string[] = []
    const { value } = createRedactor({
      text: (text) => {
        seen.push(text)
        return text.replaceAll('Ada', 'A.')
      },
    })
    expect(value({ name: 'Ada', login: 'password=x' })).toEqual({ name: 'A.', login: `password=${mask}` })
    expect(seen).toContain(`password=${mask}`)
  })

  it("masks a text where the user's function throws or gives none", () => {
    const throwing = createRedactor({ text: () => JSON.parse('{') as string })
    expect(throwing.text('x')).toBe(mask)
    const silent = createRedactor({ text: () => undefined as unknown as string })
    expect(silent.text('x')).toBe(mask)
  })

  it('cuts long texts and says how much is missing, without leaving half a secret', () => {
    const { text } = createRedactor()
    expect(text('x'.repeat(4000))).toBe('x'.repeat(4000))
    expect(text('x'.repeat(4010))).toBe(`${'x'.repeat(4000)}… [10 more characters]`)
    const key = 'sk-abcdefghijklmnopqrstuvwxyz0123456789'
    for (const before of [3960, 3980, 3996, 3999]) {
      expect(text(`${' '.repeat(before)}${key} ${'y'.repeat(900)}`)).not.toContain('sk-a')
    }
    const [cut = ''] = text(`${'x'.repeat(3999)}😀${'x'.repeat(10)}`).split('…')
    expect(cut.isWellFormed()).toBe(true)
  })

  it('copies so many characters, values and levels, and tells of the rest', () => {
    const { value } = createRedactor()
    const texts = value(Array.from({ length: 30 }, () => 'x'.repeat(4000))) as string[]
    expect(texts.slice(15)).toEqual(['x'.repeat(4000), ...new Array<string>(14).fill('[4000 characters]')])
    const numbers = value(new Array<number>(6000).fill(7)) as unknown[]
    expect([numbers.length, numbers.at(-1)]).toEqual([5000, '[1001 more]'])
    const many = value(Object.fromEntries(numbers.map((_, index) => [`n${index}`, index]))) as object
    expect(Object.keys(many).length).toBe(5000)
    expect(many).toMatchObject({ '…': '[1 more]' })
    let deep: unknown = 'end'
    for (let level = 0; level < 20; level += 1) deep = level % 2 === 0 ? [deep] : { deep }
    expect(canonicalJson(value(deep))).toContain('"[object]"')
    expect(value({ ['k'.repeat(300)]: 1 })).toEqual({ [`${'k'.repeat(200)}…`]: 1 })
  })

  it('describes in words what is no plain JSON', () => {
    class Order {
      readonly id = 1
    }
    const own: Record<string, unknown> = {}
    own.own = own
    const given = {
      date: new Date(0),
      never: new Date(Number.NaN),
      error: new TypeError('no password=x'),
      map: new Map([[1, 2]]),
      set: new Set(),
      bytes: Buffer.from('abc'),
      order: new Order(),
      big: 12n,
      nan: Number.NaN,
      infinite: -Infinity,
      symbol: Symbol('x'),
      run: () => 1,
      list: [undefined],
      nothing: undefined,
      own,
      pattern: /x/,
      nameless: Object.create({ constructor: undefined }),
      broken: Object.defineProperty({}, 'x', { enumerable: true, get: () => JSON.parse('{') as unknown }),
      revoked: revoked(),
    }
    expect(createRedactor().value(given)).toEqual({
      date: '[Date 1970-01-01T00:00:00.000Z]',
      never: '[Date without a time]',
      error: `[TypeError: no password=${mask}]`,
      map: '[Map of 1]',
      set: '[Set of 0]',
      bytes: '[Buffer of 3 bytes]',
      order: '[Order]',
      big: '[bigint 12]',
      nan: '[NaN]',
      infinite: '[-Infinity]',
      symbol: '[symbol]',
      run: '[function]',
      list: ['[undefined]'],
      own: { own: '[circular]' },
      pattern: '[RegExp]',
      nameless: '[object]',
      broken: '[unreadable]',
      revoked: '[unreadable]',
    })
    expect(createRedactor().value(undefined)).toBe('[undefined]')
  })

  it('takes an object that is met twice, but not inside itself, twice', () => {
    const shared = { a: 1 }
    expect(createRedactor().value([shared, shared])).toEqual([shared, shared])
  })

  it('gives plain JSON for any value, changes none, and redacts nothing twice', () => {
    const { value } = createRedactor()
    const anything = fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withSparseArray: true })
    fc.assert(fc.property(anything, (given) => canonicalJson(value(given)) !== undefined))
    fc.assert(fc.property(fc.jsonValue(), (given) => isDeepStrictEqual(value(value(given)), value(given))))
    const frozen = Object.freeze({ list: Object.freeze([1]), password: 'x' })
    expect(value(frozen)).toEqual({ list: [1], password: mask })
  })

  it('keeps a member called __proto__ a member', () => {
    const copied = createRedactor().value(JSON.parse('{"__proto__":{"admin":true}}'))
    expect(canonicalJson(copied)).toBe('{"__proto__":{"admin":true}}')
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype)
  })
})

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
