import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ModelIssue } from '../errors/text/model-issues.ts'
import { describeKind, formatPath, reasonOf } from './describe-value.ts'

/** A value as its schema gives it, or what is wrong with it. */
export type Validation =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly ModelIssue[] }

/** Issues that are told at once: a model mends no more, and hostile input could make millions. */
const maxIssues = 20

/**
 * Validates with any Standard Schema; at once where the schema can. Never throws and never rejects: a schema that
 * throws, or gives what is no result, gives an issue.
 */
export function validateInput(schema: StandardSchemaV1, value: unknown): Validation | PromiseLike<Validation> {
  try {
    const result = schema['~standard'].validate(value)
    return 'then' in result ? settle(result, value) : toValidation(result, value)
  } catch (error) {
    return thrown(error)
  }
}

async function settle(result: PromiseLike<StandardSchemaV1.Result<unknown>>, value: unknown): Promise<Validation> {
  try {
    return toValidation(await result, value)
  } catch (error) {
    return thrown(error)
  }
}

function toValidation(result: StandardSchemaV1.Result<unknown>, value: unknown): Validation {
  return result.issues ? { issues: toIssues(result.issues, value) } : result
}

function toIssues(issues: readonly StandardSchemaV1.Issue[], value: unknown): ModelIssue[] {
  if (issues.length === 0) return [{ path: '', message: 'The value does not fit the schema.' }]
  return issues.slice(0, maxIssues).map((issue) => toIssue(issue, value))
}

function toIssue(issue: StandardSchemaV1.Issue, value: unknown): ModelIssue {
  const keys = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))
  const path = formatPath(keys)
  const { message } = issue
  const { expected, received } = issue as { readonly expected?: unknown; readonly received?: unknown }
  if (typeof expected !== 'string') return { path, message }
  return {
    path,
    message,
    expected,
    received: typeof received === 'string' ? received : describeKind(valueAt(value, keys)),
  }
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  let current = value
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Readonly<Record<PropertyKey, unknown>>)[key]
  }
  return current
}

function thrown(error: unknown): Validation {
  return { issues: [{ path: '', message: `The schema could not check the value: ${reasonOf(error)}` }] }
}
