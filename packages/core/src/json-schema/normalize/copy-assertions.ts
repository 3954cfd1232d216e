import { isSchemaObject, type SchemaObject } from '../json-types.ts'
import type { NormalizeOptions } from './normalize-options.ts'
import { normalizeType } from './schema-type.ts'
import { toRegExp } from './to-reg-exp.ts'

type Check = (value: unknown) => boolean

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isNames: Check = (value) => Array.isArray(value) && value.every((name) => typeof name === 'string')

/** What each keyword that stands by itself takes; a value of another shape is left out. */
const assertions: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['const', () => true],
  ['default', () => true],
  ['enum', (value) => Array.isArray(value) && value.length > 0],
  ['maximum', isNumber],
  ['minimum', isNumber],
  ['exclusiveMaximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['multipleOf', (value) => isNumber(value) && Number(value) > 0],
  ['uniqueItems', (value) => typeof value === 'boolean'],
  ['dependentRequired', (value) => isSchemaObject(value) && Object.values(value).every(isNames)],
  ...['Length', 'Items', 'Properties', 'Contains'].flatMap((what): [string, Check][] => [
    [`max${what}`, isCount],
    [`min${what}`, isCount],
  ]),
])

/** Keywords that are written in another way, or by another function, or that name things inside the document. */
const elsewhere: ReadonlySet<string> = new Set(
  `__proto__ $schema $id id $anchor $dynamicAnchor $recursiveAnchor $vocabulary $async $ref $dynamicRef $recursiveRef $defs
  definitions type nullable pattern required properties patternProperties additionalProperties propertyNames
  dependencies dependentSchemas unevaluatedProperties items prefixItems additionalItems contains unevaluatedItems
  allOf anyOf oneOf not if then else`.split(/\s+/),
)

/** The keywords of a schema that hold no schemas, in the words of draft 2020-12. */
export function copyAssertions(schema: SchemaObject, options: NormalizeOptions): SchemaObject {
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(schema)) {
    if (elsewhere.has(key)) continue
    const check = assertions.get(key)
    if (check ? check(value) : options.annotations) entries.push([key, value])
  }
  const type = normalizeType(schema.type, schema.nullable === true)
  if (type !== undefined) entries.push(['type', type])
  if (options.patterns && toRegExp(schema.pattern)) entries.push(['pattern', schema.pattern])
  const copy = Object.fromEntries(entries)
  return { ...copy, ...exclusiveBounds(schema) }
}

/** Drafts 3 and 4 said `exclusiveMinimum: true` beside a `minimum`. */
function exclusiveBounds(schema: SchemaObject): SchemaObject {
  const bounds: Record<string, unknown> = {}
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (schema[flag] === true && isNumber(schema[bound])) bounds[flag] = schema[bound]
  }
  return bounds
}
