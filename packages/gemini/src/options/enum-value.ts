/** A value of one of the SDK's enums, without loading the SDK for it. */
export function enumValue<Enum extends string>(value: `${Enum}`): Enum {
  return value as Enum
}
