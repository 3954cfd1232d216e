import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonSchema } from '../../json-schema.ts'

const name = fc.constantFrom('a', 'b', 'constructor', 'a/b', 'x y')
const plain = fc.constantFrom(-1, 0, 1.5, 3, '', 'a', 'ab', null, true, false)

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    plain,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}))

const { schema } = fc.letrec((tie) => {
  const inside = tie('schema')
  const list = fc.array(inside, { minLength: 1, maxLength: 2 })
  const map = fc.dictionary(name, inside, { maxKeys: 3 })
  const keywords = {
    type: fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'null', ['string', 'null']),
    enum: fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }),
    const: plain,
    minimum: fc.integer({ min: -2, max: 3 }),
    maxLength: fc.nat(2),
    pattern: fc.constantFrom('^a', 'b$'),
    required: fc.uniqueArray(name, { maxLength: 2 }),
    dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), { maxKeys: 1 }),
    patternProperties: fc.dictionary(fc.constantFrom('^a', '.'), inside, { maxKeys: 2 }),
  }
  const schemas = { items: inside, additionalProperties: inside, contains: inside, not: inside, propertyNames: inside }
  const others = { prefixItems: list, anyOf: list, oneOf: list, allOf: list, properties: map, dependentSchemas: map }
  const reference = fc.constantFrom({ $ref: '#/$defs/a' }, { $ref: '#/$defs/a~1b' }, { $ref: '#/$defs/x%20y' })
  const each = Object.entries({ ...keywords, ...schemas, ...others, unevaluatedProperties: inside })
  const one = fc.oneof(...each.map(([key, arbitrary]) => fc.record({ [key]: arbitrary })))
  const some = fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) => judgedWell(Object.assign({}, ...parts)))
  return { schema: fc.oneof({ maxDepth: 3 }, fc.boolean(), reference, some) }
})

test('a schema of draft 2020-12 gives the verdicts of ajv itself', () => {
  const definitions = fc.record({ a: schema, 'a/b': schema, 'x y': fc.constant({ type: 'string' }) })
  fc.assert(
    fc.property(schema, definitions, fc.array(value, { minLength: 3, maxLength: 6 }), (inside, $defs, values) => {
      const whole = { $defs, allOf: [inside] }
      const ajv = new Ajv2020({ strict: false, ownProperties: true, validateSchema: false, meta: false })
      const verdicts = verdictsOf(() => ajv.compile(structuredClone(whole)), values)
      const { validate } = jsonSchema(whole)['~standard']
      const ours = values.map((each) => !('issues' in validate(each)))
      expect(ours).toEqual(verdicts.map((verdict, index) => verdict ?? ours[index]))
    }),
    { numRuns: 40 },
  )
})

/** Of `contains` beside `prefixItems`, ajv takes an empty array for valid: no oracle there. */
function judgedWell({ contains, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return contains === undefined || 'prefixItems' in rest ? rest : { ...rest, contains }
}

/** Undefined for references that lead to themselves, on which ajv overflows the stack. */
function verdictsOf(compile: () => (value: unknown) => boolean, values: readonly unknown[]): (boolean | undefined)[] {
  try {
    const isValid = compile()
    return values.map((each) => isValid(each))
  } catch {
    return values.map(() => undefined)
  }
}
