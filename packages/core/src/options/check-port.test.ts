import { expect, it } from 'vitest'
import { checkPort, type PortShape } from './check-port.ts'

const shape: PortShape = { name: 'a Shelf', methods: ['get', 'set'], supports: ['tags'] }
const check = (value: unknown) => () => checkPort('make', 'shelf', value, shape)

class Shelf {
  readonly supports = { tags: false }
  get(): void {}
  set(): void {}
}

it('lets pass what has the methods of the port, its own or a class’s, and nothing at all', () => {
  expect(check(new Shelf())).not.toThrow()
  expect(check({ supports: { tags: true, more: 1 }, get: () => 1, set: () => 1 })).not.toThrow()
  expect(check(undefined)).not.toThrow()
})

const nothing = (): void => undefined

it.each([
  ['redis://:password@host', 'make: shelf must be a Shelf, not a string'],
  [null, 'make: shelf must be a Shelf, not null'],
  [{ ...new Shelf() }, 'make: shelf must be a Shelf: it has no get()'],
  [{ get: nothing, set: 1 }, 'make: shelf must be a Shelf: it has no set()'],
  [{ get: nothing, set: nothing }, 'make: shelf must be a Shelf: its supports.tags must be true or false'],
  [
    { get: nothing, set: nothing, supports: {} },
    'make: shelf must be a Shelf: its supports.tags must be true or false',
  ],
])('says what is missing of %j', (value, message) => {
  expect(check(value)).toThrow(new TypeError(message))
})
