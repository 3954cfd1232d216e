import { IndexedAccessType, IntersectionType, ReferenceType, ReflectionKind, ReflectionType, UnionType } from 'typedoc'
import { headingOf } from './reference-router.mjs'
import { commentOf, partsOf, renderComment, renderMembers, renderSignature } from './render-members.mjs'
import { signaturesOf } from './sections.mjs'

/** An export under its heading: how it is declared, its comment, and what is in it. */
export function renderExport(context, reflection) {
  const signatures = signaturesOf(reflection)
  const parts = signatures
    ? renderFunction(context, reflection, signatures)
    : [
        declarationOf(context, reflection),
        renderComment(context, commentOf(reflection)),
        contentOf(context, reflection),
      ]
  return [`### ${headingOf(reflection)}`, ...parts].filter(Boolean).join('\n\n')
}

function renderFunction(context, reflection, signatures) {
  return signatures.flatMap((signature) => [
    `> ${renderSignature(context, { ...partsOf(signature), name: `**${reflection.name}**` })}`,
    renderComment(context, commentOf(signature) ?? commentOf(reflection)),
  ])
}

/** How it is declared, where the heading and the members do not tell. */
function declarationOf(context, reflection) {
  const parameters = typeParametersOf(context, reflection)
  const parents = parentsOf(context, reflection)
  const name = `**${reflection.name}**${parameters}`
  if (reflection.kindOf(ReflectionKind.Class)) return `> class ${name}${parents}`
  if (reflection.kindOf(ReflectionKind.Variable))
    return `> const ${name}: ${context.partials.someType(reflection.type)}`
  if (reflection.kindOf(ReflectionKind.Interface)) return parameters || parents ? `> interface ${name}${parents}` : ''
  const isTold = membersOf(reflection) !== undefined || alternativesOf(reflection) !== undefined
  if (isTold) return parameters ? `> type ${name}` : ''
  return `> type ${name} = ${typeOfAlias(context, reflection.type)}`
}

function typeParametersOf(context, { typeParameters }) {
  return typeParameters === undefined ? '' : `\\<${context.helpers.getTypeParameters(typeParameters)}\\>`
}

function parentsOf(context, { extendedTypes = [] }) {
  const parents = extendedTypes.filter((type) => !isInternal(type)).map((type) => context.partials.someType(type))
  return parents.length === 0 ? '' : ` extends ${parents.join(', ')}`
}

/** A type of ours that is not exported: its members are told where they are inherited. */
function isInternal(type) {
  const isOurs = type instanceof ReferenceType && type.symbolId?.packageName.startsWith('@headrace/')
  return isOurs && type.reflection === undefined && !type.refersToTypeParameter
}

/** `{ of(…): … }['of']` is a function whose parameters may be narrower; it is told as the function that it is. */
function typeOfAlias(context, type) {
  if (!(type instanceof IndexedAccessType && type.objectType instanceof ReflectionType))
    return context.partials.someType(type)
  const [method] = type.objectType.declaration.children
  return context.partials.functionType(method.signatures)
}

function contentOf(context, reflection) {
  const members = membersOf(reflection)
  if (members !== undefined) return renderMembers(context, members)
  const alternatives = alternativesOf(reflection) ?? []
  const items = alternatives.map((type) => `- ${renderAlternative(context, type)}`)
  return items.length === 0 ? '' : `One of:\n\n${items.join('\n')}`
}

/** What is in a class, an interface or an object type; undefined where it is something else. */
function membersOf(reflection) {
  const calls = reflection.kindOf(ReflectionKind.Interface) ? asMembers(reflection) : []
  if (reflection.children || calls.length > 0) return [...calls, ...(reflection.children ?? []).filter(isTold)]
  if (reflection.kindOf(ReflectionKind.Interface)) return []
  if (!(reflection.type instanceof ReflectionType)) return undefined
  const { children, signatures } = reflection.type.declaration
  return signatures === undefined ? children : undefined
}

/** The ways to call what an interface describes. */
function asMembers({ signatures = [] }) {
  return signatures.length === 0
    ? []
    : [{ name: '', flags: {}, signatures, kindOf: () => false, hasComment: () => false }]
}

const isTold = (member) => !(member.kindOf(ReflectionKind.Constructor) && member.inheritedFrom)

/** A union with objects in it is a list: as one line nobody could read it. */
function alternativesOf({ type }) {
  if (!(type instanceof UnionType)) return undefined
  return type.types.some((one) => partsOfIntersection(one).some(isObject)) ? type.types : undefined
}

const partsOfIntersection = (type) => (type instanceof IntersectionType ? type.types : [type])
const isObject = (type) => type instanceof ReflectionType && type.declaration.children !== undefined

function renderAlternative(context, type) {
  const objects = partsOfIntersection(type).filter(isObject)
  const members = objects.flatMap(({ declaration }) => declaration.children).filter((member) => commentOf(member))
  const notes = members.map(
    (member) => `  - \`${member.name}\`: ${renderComment(context, commentOf(member)).replaceAll('\n', ' ')}`,
  )
  const parts = partsOfIntersection(type).filter((part) => !isInternal(part))
  return [parts.map((part) => renderObject(context, part)).join(' & '), ...notes].join('\n')
}

/** An object without the members that are only there to be absent. */
function renderObject(context, type) {
  if (!isObject(type)) return context.partials.someType(type)
  const isAbsent = ({ flags, type: of }) => flags.isOptional && of?.toString() === 'undefined'
  const members = type.declaration.children.filter((member) => !isAbsent(member))
  const told = members.map(
    ({ name, flags, type: of }) => `\`${name}${flags.isOptional ? '?' : ''}\`: ${context.partials.someType(of)}`,
  )
  return `\\{ ${told.join('; ')} \\}`
}
