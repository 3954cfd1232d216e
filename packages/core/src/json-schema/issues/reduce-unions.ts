import { findTarget, type Schema } from '../json-types.ts'
import type { SchemaFault } from './schema-fault.ts'

/**
 * Of the faults of a failed `anyOf` or `oneOf`, keeps those of the branch that the value is most like, or the one
 * fault of the union itself where it is like none. A model that is told of every branch mends the wrong one.
 */
export function reduceUnions(faults: readonly SchemaFault[], root: Schema): readonly SchemaFault[] {
  let kept: readonly SchemaFault[] = []
  for (const fault of faults) kept = isUnion(fault) ? reduceUnion(fault, kept, root) : [...kept, fault]
  return kept
}

function reduceUnion(union: UnionFault, before: readonly SchemaFault[], root: Schema): readonly SchemaFault[] {
  const branches = union.schema.map((branch) => faultsOf(branch, union, before, root))
  const inside = new Set(branches.flat())
  const others = before.filter((fault) => !inside.has(fault))
  let best: readonly SchemaFault[] = [union]
  let least = anotherKind
  for (const branch of branches) {
    const far = distance(branch, union)
    if (branch.length > 0 && far < least) [best, least] = [branch, far]
  }
  return [...others, ...best]
}

type UnionFault = SchemaFault & { readonly schema: readonly unknown[] }

function isUnion(fault: SchemaFault): fault is UnionFault {
  const failed = fault.keyword === 'anyOf' || (fault.keyword === 'oneOf' && !fault.params.passingSchemas)
  return failed && Array.isArray(fault.schema)
}

/** Far above any number of faults that is told. */
const anotherKind = 1_000_000
const anotherTag = 1000

/** How far a value is from a branch: another type, another tag (as `kind: 'a'`), or only wrong in its parts. */
function distance(faults: readonly SchemaFault[], union: UnionFault): number {
  let sum = 0
  for (const { keyword, instancePath } of faults) {
    const isHere = instancePath === union.instancePath
    const isChoice = keyword === 'const' || keyword === 'enum'
    if (isHere && (keyword === 'type' || isChoice || keyword === 'false schema')) sum += anotherKind
    else sum += isChoice ? anotherTag : 1
  }
  return sum
}

/** The faults that a branch gave: those of schemas that it reaches, at or below the union's place. */
function faultsOf(branch: unknown, union: UnionFault, faults: readonly SchemaFault[], root: Schema): SchemaFault[] {
  const reached = reach(branch, root)
  return faults.filter(
    ({ parentSchema, instancePath }) =>
      parentSchema !== undefined && reached.has(parentSchema) && instancePath.startsWith(union.instancePath),
  )
}

function reach(branch: unknown, root: Schema): ReadonlySet<unknown> {
  const reached = new Set<unknown>()
  const open = [branch]
  for (let at = 0; at < open.length; at += 1) {
    const schema = open[at]
    if (typeof schema !== 'object' || schema === null || reached.has(schema)) continue
    reached.add(schema)
    for (const inside of Object.values(schema)) open.push(inside)
    if ('$ref' in schema) open.push(findTarget(root, schema.$ref))
  }
  return reached
}
