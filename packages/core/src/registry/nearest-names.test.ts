import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestNames } from './nearest-names.ts'

const anyText = fc.uint16Array({ maxLength: 200 }).map((codes) => String.fromCharCode(...codes))
const toolName = fc.stringMatching(/^[A-Za-z0-9_.\-/]{1,20}$/)

test('finds a name behind a typing error', () => {
  expect(nearestNames('serch_docs', ['send_mail', 'search_docs', 'list'], 1)).toEqual(['search_docs'])
})

test('case and separators count least', () => {
  const names = ['get-weathers', 'getweather', 'get_weather', 'set_weather']
  expect(nearestNames('get_weather_', names, 2)).toEqual(['get_weather', 'getweather'])
  expect(nearestNames('GetWeather', ['set_weather', 'get_weather'], 1)).toEqual(['get_weather'])
})

test('the same words in another order are near', () => {
  expect(nearestNames('file_delete', ['file_detect', 'delete_file'], 1)).toEqual(['delete_file'])
  expect(nearestNames('deleteFile', ['defile', 'file.delete'], 1)).toEqual(['file.delete'])
})

test('a name inside a longer one is near', () => {
  expect(nearestNames('weather', ['feather_x', 'fetch_current_weather'], 1)).toEqual(['fetch_current_weather'])
})

test('gives names even where none is like it, and no more than there are', () => {
  expect(nearestNames('xyz', ['apple', 'pear'], 3)).toHaveLength(2)
  expect(nearestNames('xyz', [], 3)).toEqual([])
  expect(nearestNames('a', ['a', 'b'], 0)).toEqual([])
})

test('ties keep their order', () => {
  expect(nearestNames('zz', ['b', 'a', 'c'], 3)).toEqual(['b', 'a', 'c'])
})

test('any real name is first for itself with a character more', () => {
  fc.assert(
    fc.property(fc.uniqueArray(toolName, { minLength: 1, maxLength: 12 }), (names) => {
      const [name = ''] = names
      expect(nearestNames(name, names, 1)).toEqual([name])
      const near = nearestNames(`${name}_`, names, names.length)
      const flat = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
      expect(flat(near[0] ?? '')).toBe(flat(name))
    }),
  )
})

test('any text from a model gets distinct real names', () => {
  fc.assert(
    fc.property(anyText, fc.uniqueArray(toolName, { maxLength: 8 }), (wrong, names) => {
      const near = nearestNames(wrong, names, 3)
      expect(near).toHaveLength(Math.min(3, names.length))
      expect(new Set(near).size).toBe(near.length)
      expect(names).toEqual(expect.arrayContaining(near))
    }),
  )
})

test('a name of a megabyte is compared by its beginning', () => {
  expect(nearestNames('search_docs'.padEnd(1_000_000, '_'), ['x', 'search_docs'], 1)).toEqual(['search_docs'])
})
