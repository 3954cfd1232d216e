import { NamedTupleMember, ReflectionKind, ReflectionType, TupleType } from 'typedoc'

/**
 * The members of a type in the order of the source: a table where each is a property of few words, else a list. What
 * comes from a documented parent is named and not told again.
 */
export function renderMembers(context, members) {
  const own = members.filter((member) => parentOf(member) === undefined).flatMap((member) => withInner(member))
  const isTable = own.every(({ member }) => fitsTable(context, member))
  return [renderInherited(context, members), isTable ? renderTable(context, own) : renderList(context, own)]
    .filter(Boolean)
    .join('\n\n')
}

/** The comment of a reflection, which for a function is that of its signature. One that was copied from a parent is none. */
export function commentOf(reflection) {
  const own = ({ comment }) =>
    comment?.hasVisibleComponent() && !comment.inheritedFromParentDeclaration ? comment : undefined
  const declaration = reflection.type instanceof ReflectionType ? reflection.type.declaration : reflection
  const signatures = declaration.signatures ?? reflection.signatures ?? []
  return own(reflection) ?? signatures.map(own).find((comment) => comment !== undefined)
}

export function renderComment(context, comment) {
  return comment === undefined ? '' : context.helpers.getCommentParts(comment.summary).trim()
}

/** A signature as one line: its name, what it is given, what it gives. */
export function renderSignature(context, { name, typeParameters, parameters, type }) {
  const generic = typeParameters ? `\\<${context.helpers.getTypeParameters(typeParameters)}\\>` : ''
  const given = namedParameters(parameters ?? []).map(
    ({ name: parameter, flags, type: of }) =>
      `${flags?.isRest ? '...' : ''}\`${parameter}${flags?.isOptional ? '?' : ''}\`: ${context.partials.someType(of)}`,
  )
  return `${name}${generic}(${given.join(', ')}): ${context.partials.someType(type)}`
}

/** Parameters that are a tuple's members are told like others, and `this` is not told. */
function namedParameters(parameters) {
  return parameters.flatMap((parameter) => {
    if (parameter.name === 'this') return []
    const elements = parameter.flags.isRest && parameter.type instanceof TupleType ? parameter.type.elements : []
    if (elements.length === 0 || !elements.every((element) => element instanceof NamedTupleMember)) {
      const flags = { isRest: parameter.flags.isRest, isOptional: parameter.flags.isOptional || parameter.defaultValue }
      return [
        { name: parameter.name === '__namedParameters' ? 'options' : parameter.name, flags, type: parameter.type },
      ]
    }
    return elements.map(({ name, isOptional, element }) => ({ name, flags: { isOptional }, type: element }))
  })
}

function renderInherited(context, members) {
  const inherited = members.filter((member) => parentOf(member) !== undefined)
  const byParent = Map.groupBy(inherited, parentOf)
  const lines = Array.from(byParent, ([parent, from]) => {
    const names = from.map(({ name }) => `\`${name}\``).join(', ')
    return `From [\`${parent.name}\`](${context.urlTo(parent)}): ${names}.`
  })
  return lines.join(' \\\n')
}

const parentOf = ({ inheritedFrom }) => inheritedFrom?.reflection?.parent

/** A member, and the members of the object that it is where they have comments of their own. */
function withInner(member, path = '') {
  const name = `${path}${member.name}`
  const inner = member.type instanceof ReflectionType ? (member.type.declaration.children ?? []) : []
  const rows = inner.some((child) => commentOf(child)) ? inner.flatMap((child) => withInner(child, `${name}.`)) : []
  return [{ name, member, isOpened: rows.length > 0 }, ...rows]
}

function fitsTable(context, member) {
  return member.kindOf(ReflectionKind.Property) && !renderComment(context, commentOf(member)).includes('\n\n')
}

function renderTable(context, rows) {
  if (rows.length === 0) return ''
  const hasComments = rows.some(({ member }) => commentOf(member))
  const cells = rows.map(({ name, member, isOpened }) => {
    const comment = renderComment(context, commentOf(member))
      .replaceAll('\n', ' ')
      .replaceAll(/(?<!\\)\|/g, '\\|')
    const cell = [`\`${name}${member.flags.isOptional ? '?' : ''}\``, typeOf(context, member, isOpened)]
    return hasComments ? [...cell, comment] : cell
  })
  const head = hasComments ? ['member', 'type', 'what it is'] : ['member', 'type']
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function renderList(context, rows) {
  const items = rows.flatMap(({ name, member, isOpened }) => itemsOf(context, { name, member, isOpened }))
  return items.map((item) => `- ${item.replaceAll('\n', '\n  ').replaceAll(/^ +$/gm, '')}`).join('\n')
}

/** A member, or each way to call it where each has a comment of its own. */
function itemsOf(context, { name, member, isOpened }) {
  const titles = titlesOf(context, { name, member, isOpened })
  const comments = (member.signatures ?? []).map(commentOf)
  if (titles.length > 1 && comments.every((comment) => comment !== undefined)) {
    return titles.map((title, index) => `${title}\n\n${renderComment(context, comments[index])}`)
  }
  return [[titles.join(' \\\n'), renderComment(context, commentOf(member))].filter(Boolean).join('\n\n')]
}

function titlesOf(context, { name, member, isOpened }) {
  const bold = name === '' ? '' : `**${escaped(name)}${member.flags.isOptional ? '?' : ''}**`
  const signatures = member.signatures ?? []
  if (signatures.length === 0) return [`${bold}: ${typeOf(context, member, isOpened)}`]
  if (member.kindOf(ReflectionKind.Constructor)) {
    return signatures.map((one) => renderSignature(context, { ...partsOf(one), name: `**new ${member.parent.name}**` }))
  }
  return signatures.map((one) => renderSignature(context, { ...partsOf(one), name: bold }))
}

export const partsOf = ({ typeParameters, parameters, type }) => ({ typeParameters, parameters, type })

function typeOf(context, member, isOpened) {
  if (isOpened) return '`object`'
  const type = member.type ?? member.getSignature?.type
  return type === undefined ? '' : context.partials.someType(type)
}

/** `[Symbol.dispose]` has lost its `Symbol`. */
const escaped = (name) => name.replace(/^\[(?=\w+\]$)/, '[Symbol.').replaceAll(/[_*[\]<>]/g, '\\$&')
