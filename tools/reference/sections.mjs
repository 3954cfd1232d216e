import { ReflectionKind, ReflectionType } from 'typedoc'

// Core has many exports: what stands together in its folders stands together on its page. Where several paths fit, the
// longest decides; behind # the name of the export may begin.
const sectionsOfCore = {
  Runtime: ['runtime/'],
  Tools: ['tool/', 'registry/'],
  'Calls and their results': [
    'call/',
    'runtime/typed-call.ts',
    'runtime/dispatch-many.ts',
    'tool/call-',
    'tool/pending-call.ts',
  ],
  Events: ['call/call-event.ts', 'runtime/engine/runtime-event.ts'],
  Scopes: ['scope/', 'runtime/scope.ts'],
  Errors: ['errors/'],
  Policies: ['policies/', 'tool/tool-policy.ts', 'runtime/store-error-policy.ts'],
  'Policies as operators of RxJS': [
    'policies/breaker/break-circuit.ts',
    'policies/breaker/circuit/',
    'policies/cache/cache-calls.ts',
    'policies/concurrency/limit-concurrency.ts',
    'policies/fallback/fallback-to.ts',
    'policies/hedge/hedge-calls.ts',
    'policies/rate-limit/limit-rate.ts',
    'policies/retry/retry-calls.ts',
    'policies/timeout/timeout-calls.ts',
  ],
  Jobs: ['jobs/', 'runtime/jobs/', 'call/call-result.ts#Job', 'tool/call-options.ts#CallJob'],
  Audit: ['audit/'],
  Telemetry: ['runtime/telemetry.ts', 'runtime/engine/call-follower.ts'],
  'Ports: what a store has to do': ['ports/'],
  'Stores in memory': ['memory/'],
}

const kinds = ['Functions', 'Classes', 'Values', 'Types']

/**
 * The exports of an entry point under the headings of its page: functions first, then by name. What it exports of another
 * entry point is left out.
 */
export function sectionsOf(module) {
  const exports = module.children.filter((child) => !child.isReference()).toSorted(functionsFirst)
  const titles = module.name === '@headrace/core' ? Object.keys(sectionsOfCore) : kinds
  const titleOf = module.name === '@headrace/core' ? sectionOfCore : kindOf
  return titles
    .map((title) => ({ title, children: exports.filter((child) => titleOf(child) === title) }))
    .filter(({ children }) => children.length > 0)
}

/** What an entry point exports of others. */
export const referencesOf = (module) => module.children.filter((child) => child.isReference())

/** The ways to call an export, where it is a function: declared as one, or a constant of a function type. */
export function signaturesOf(reflection) {
  if (reflection.kindOf(ReflectionKind.Function)) return reflection.signatures
  const isConstant = reflection.kindOf(ReflectionKind.Variable) && reflection.type instanceof ReflectionType
  return isConstant ? reflection.type.declaration.signatures : undefined
}

function kindOf(reflection) {
  if (signaturesOf(reflection) !== undefined) return 'Functions'
  if (reflection.kindOf(ReflectionKind.Class)) return 'Classes'
  return reflection.kindOf(ReflectionKind.Variable) ? 'Values' : 'Types'
}

function sectionOfCore(reflection) {
  const { packagePath } = reflection.project.getSymbolIdFromReflection(reflection)
  const path = `${packagePath.replace('src/', '')}#${reflection.name}`
  const matches = Object.entries(sectionsOfCore).flatMap(([title, paths]) =>
    paths.filter((start) => path.startsWith(start)).map((start) => ({ title, length: start.length })),
  )
  const [longest] = matches.toSorted((a, b) => b.length - a.length)
  if (longest === undefined) throw new Error(`${path} is in no section of the reference: add it in sections.mjs`)
  return longest.title
}

function functionsFirst(a, b) {
  return kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)) || compare(a.name, b.name)
}

/** By code point, so that the order is the same on every machine; without regard to case. */
function compare(a, b) {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x !== y) return x < y ? -1 : 1
  return a < b ? -1 : 1
}
