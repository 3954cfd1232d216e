/** Plain JSON values that a careless encoding changes or loses. */
export const jsonSamples: readonly unknown[] = [
  null,
  false,
  true,
  0,
  '',
  [],
  {},
  'text',
  0.1,
  -1.5,
  1e21,
  5e-324,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  'null',
  '{"a":1}',
  '\0\u0001\u2028\r\n\t"\\',
  '\u{1f4a5}\u00e9e\u0301',
  'half of a pair: \ud800',
  [[], {}, [[]], { a: [] }, null],
  { '': 1, a: { b: { c: [1, { d: null }] } } },
  { list: [1, '1', true, 'true', null] },
  { '10': 'b', '9': 'a', length: 3, constructor: 'text' },
  JSON.parse('{"__proto__":{"a":1},"then":"no promise"}'),
  Array.from({ length: 90 }).reduce<unknown>((inner) => [inner], 'deep'),
  'x'.repeat(1_000_000),
]

/** Freezes the value and all that is in it. */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFrozen(member)
  return Object.freeze(value)
}
