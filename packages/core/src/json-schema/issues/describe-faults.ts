import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describeKind } from '../../dispatch/describe-value.ts'
import { isSchemaObject, type Schema } from '../json-types.ts'
import { expectedBy, expectedByAny, oneOf } from './expected-by.ts'
import { reduceUnions } from './reduce-unions.ts'
import type { SchemaFault } from './schema-fault.ts'

/** An issue of Standard Schema, with words for a model where they are known. */
export interface JsonSchemaIssue extends StandardSchemaV1.Issue {
  readonly path: readonly PropertyKey[]
  /** What would be right. */
  readonly expected?: string
  /** What kind of value is there now. */
  readonly received?: string
}

const maxIssues = 20

/** Tells faults as issues: what to change and where, not how the schema is written. */
export function describeFaults(
  faults: readonly SchemaFault[],
  value: unknown,
  root: Schema,
): readonly JsonSchemaIssue[] {
  const issues = reduceUnions(faults, root)
    .filter(({ keyword }) => keyword !== 'if')
    .slice(0, maxIssues)
    .map((fault) => toIssue(fault, value))
  return issues.length > 0 ? issues : [{ path: [], message: 'does not fit the schema' }]
}

function toIssue(fault: SchemaFault, value: unknown): JsonSchemaIssue {
  const key = fault.params.missingProperty ?? fault.params.additionalProperty ?? fault.params.unevaluatedProperty
  const place = pathOf(fault.instancePath, value)
  const path = typeof key === 'string' ? [...place, key] : place
  const { message, expected } = wordsOf(fault, key)
  if (expected === undefined) return { path, message }
  return { path, message, expected, received: describeKind(fault.keyword === 'required' ? undefined : fault.data) }
}

function wordsOf(
  fault: SchemaFault,
  key: unknown,
): { readonly message: string; readonly expected?: string | undefined } {
  const { keyword, schema, parentSchema, params } = fault
  const properties = isSchemaObject(parentSchema?.properties) ? parentSchema.properties : {}
  if (keyword === 'required') return { message: 'is required', expected: expectedBy(properties[String(key)]) }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    return {
      message: `is not known here; known are: ${Object.keys(properties).slice(0, maxIssues).join(', ') || 'none'}`,
    }
  }
  const expected = expectedOf(fault)
  if (expected !== undefined) return { message: `must be ${expected}`, expected }
  if (keyword === 'false schema') return { message: 'is not allowed' }
  if (keyword === 'oneOf' && params.passingSchemas) return { message: 'fits more than one of the alternatives' }
  if (keyword === 'propertyNames')
    return { message: `has a key that is not allowed: ${JSON.stringify(params.propertyName)}` }
  return { message: fault.message ?? `does not fit ${keyword} ${JSON.stringify(schema)}`.slice(0, 200) }
}

function expectedOf({ keyword, schema, params }: SchemaFault): string | undefined {
  if (keyword === 'type') return Array.isArray(schema) ? schema.join(' or ') : String(schema)
  if (keyword === 'enum' && Array.isArray(schema)) return oneOf(schema)
  if (keyword === 'const') return oneOf([schema])
  const isUnion = keyword === 'anyOf' || (keyword === 'oneOf' && !params.passingSchemas)
  return isUnion && Array.isArray(schema) ? expectedByAny(schema) : undefined
}

/** A JSON Pointer as keys; numbers where the value has a list. */
function pathOf(pointer: string, value: unknown): PropertyKey[] {
  let current = value
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const isIndex = Array.isArray(current)
      current = typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined
      return isIndex ? Number(key) : key
    })
}
