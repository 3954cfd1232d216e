import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonPath } from './json-path.ts'

describe('parseJsonPath', () => {
  it('reads names, indices and quoted names', () => {
    expect(parseJsonPath('$')).toEqual([])
    expect(parseJsonPath('$.stops[0].full_name')).toEqual(['stops', 0, 'full_name'])
    expect(parseJsonPath(`$['a.b']["c d"][12]`)).toEqual(['a.b', 'c d', 12])
    expect(parseJsonPath(String.raw`$['it\'s']["a\"b\\c\u0041\n"]`)).toEqual(["it's", 'a"b\\cA\n'])
    expect(parseJsonPath('$.größe.日付')).toEqual(['größe', '日付'])
  })

  it.for(['', 'a', '.a', '$a', '$.', '$..a', '$[', '$[-1]', '$[*]', '$.a[0', `$['a`, '$.a]'])('%s is none', (text) => {
    expect(parseJsonPath(text)).toBeUndefined()
  })

  it('reads every name that is quoted as JSON quotes it', () => {
    const unit = fc.constantFrom('a', '"', "'", '\\', '\n', '\u0001', 'é', '😀', '\uD800', '.', '[', ']', '$', ' ')
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit }), fc.nat())), (keys) => {
        const path = keys.map((key) => `[${JSON.stringify(key)}]`).join('')
        expect(parseJsonPath(`$${path}`)).toEqual(keys)
      }),
    )
  })
})
