import type { Schema, SchemaObject } from '../json-types.ts'

/** How a schema is rewritten. */
export interface NormalizeOptions {
  /** Keeps regular expressions; without, they are left out, and so is what depends on them. */
  readonly patterns: boolean
  /** Keeps what says nothing about validity: titles, descriptions, formats, unknown keywords; defaults stay always. */
  readonly annotations: boolean
}

/** Rewrites the schemas inside one document. */
export interface SchemaWriter extends NormalizeOptions {
  /** Rewrites a schema; what is no schema allows everything. */
  write(schema: unknown, resource: SchemaObject): Schema
}
