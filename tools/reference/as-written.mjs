import { IndexedAccessType, MappedType, ReferenceType, TypeOperatorType } from 'typedoc'

/** A type nearer to what stands in the source than to what the compiler makes of it. */
export function asWritten(type) {
  if (type instanceof ReferenceType) return withWholeName(withoutDefaults(type))
  if (type instanceof MappedType) return overKeys(type)
  return type
}

/** A type of another package by its whole name: `StandardSchemaV1.InferInput`, not `InferInput`. */
function withWholeName(type) {
  const isForeign = type.reflection === undefined && !type.refersToTypeParameter
  if (!isForeign || !/^(?!__global).+\./.test(type.qualifiedName)) return type
  return Object.create(type, { name: { value: type.qualifiedName } })
}

/** `Tool`, not `Tool<string, unknown, unknown, unknown>`: without the last arguments that are what they are by default. */
function withoutDefaults(type) {
  const { typeArguments = [], reflection } = type
  const parameters = reflection?.typeParameters ?? []
  const isDefault = (argument, index) =>
    parameters[index]?.default !== undefined && textOf(argument) === textOf(parameters[index].default)
  const last = typeArguments.findLastIndex((argument, index) => !isDefault(argument, index))
  if (last === typeArguments.length - 1) return type
  return Object.create(type, { typeArguments: { value: typeArguments.slice(0, last + 1) } })
}

function textOf(type) {
  if (!(type instanceof ReferenceType)) return type.toString()
  const { name, typeArguments = [] } = withoutDefaults(type)
  return typeArguments.length === 0 ? name : `${name}<${typeArguments.map(textOf).join(', ')}>`
}

/** `[K in keyof T]: T[K]`, of whose keys the compiler tells only that they are keys. */
function overKeys(type) {
  const { templateType } = type
  if (!(templateType instanceof IndexedAccessType && templateType.indexType.toString() === type.parameter)) return type
  return Object.create(type, { parameterType: { value: new TypeOperatorType(templateType.objectType, 'keyof') } })
}
