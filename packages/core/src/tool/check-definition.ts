import { checkOneOf, checkString, kindOf } from '../options/check-option.ts'
import type { ToolAnnotations, ToolExecution } from './tool.ts'

/** What the checks read of a definition: nothing is known about it, types do not hold in plain JavaScript. */
export interface UncheckedDefinition {
  readonly name: unknown
  readonly title?: unknown
  readonly description: unknown
  readonly inputSchema: unknown
  readonly outputSchema?: unknown
  readonly annotations?: ToolAnnotations | undefined
  readonly execution?: ToolExecution | undefined
  readonly execute: unknown
}

const hints = ['readOnlyHint', 'idempotentHint', 'destructiveHint', 'openWorldHint'] as const

/** Throws where a definition is no tool, with the tool's name and what would be right. Gives the name for messages. */
export function checkDefinition(definition: UncheckedDefinition): string {
  const { name, title, description, annotations, execution } = definition
  const where = checkName(name)
  if (typeof description !== 'string')
    throw new TypeError(`${where}: description must be a string, got ${kindOf(description)}`)
  checkString(where, 'title', title)
  if (typeof definition.execute !== 'function') {
    throw new TypeError(`${where}: execute must be a function, got ${kindOf(definition.execute)}`)
  }
  checkSchema(definition.inputSchema, where, 'inputSchema')
  if (definition.outputSchema !== undefined) checkSchema(definition.outputSchema, where, 'outputSchema')
  for (const hint of hints) checkOneOf(where, `annotations.${hint}`, annotations?.[hint], [true, false])
  checkOneOf(where, 'execution.taskSupport', execution?.taskSupport, ['forbidden', 'optional', 'required'])
  return where
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && /^[A-Za-z0-9_.\-/]{1,128}$/.test(name)) return `tool '${name}'`
  const shown = typeof name === 'string' ? `'${name.length > 128 ? `${name.slice(0, 128)}…` : name}'` : kindOf(name)
  throw new TypeError(`tool ${shown}: name must be 1 to 128 characters of A-Z a-z 0-9 _ . - /`)
}

function checkSchema(schema: unknown, where: string, option: string): void {
  const holder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  const standard: unknown = holder ? Reflect.get(schema, '~standard') : undefined
  if (isStandard(standard)) return
  const hint = holder && !standard ? '; wrap a plain JSON Schema in jsonSchema() of @headrace/core/json-schema' : ''
  throw new TypeError(
    `${where}: ${option} must be a Standard Schema (zod, valibot, arktype, …), got ${kindOf(schema)}${hint}`,
  )
}

function isStandard(standard: unknown): boolean {
  const { version, validate } = (standard ?? {}) as { readonly version?: unknown; readonly validate?: unknown }
  return version === 1 && typeof validate === 'function'
}
