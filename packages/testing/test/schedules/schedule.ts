import fc from 'fast-check'

/** What one attempt of a tool does. Times are milliseconds. */
export type Step =
  | { readonly kind: 'ok' | 'hang'; readonly ms: number }
  | { readonly kind: 'fail'; readonly ms: number; readonly status: number }
  | { readonly kind: 'deaf'; readonly ms: number; readonly isOk: boolean }
  | { readonly kind: 'stream'; readonly ms: number; readonly parts: number; readonly isOk: boolean }
  | { readonly kind: 'nested'; readonly ms: number; readonly script: number }

/** The policy of one tool. */
export interface ToolPlan {
  readonly max: number
  readonly queue: number
  readonly overflow: 'reject' | 'drop-oldest'
  readonly queueTimeout: number | undefined
  readonly attempt: number
  readonly total: number
  readonly grace: number
  readonly idle: number | undefined
  readonly maxAttempts: number
  readonly base: number
  readonly jitter: 'decorrelated' | 'full' | 'none'
  readonly consecutiveFailures: number
  readonly openFor: number
  readonly isCached: boolean
  readonly isExclusive: boolean
}

/** One call: when it starts after the one before, what it asks for, and whether somebody cancels it. */
export interface CallPlan {
  readonly wait: number
  readonly tool: number
  readonly script: number
  readonly priority: number
  readonly session: number
  readonly deadline: number | undefined
  readonly way: 'promise' | 'stream' | 'signal'
  readonly cancelAfter: number | undefined
}

/** A whole schedule. `scripts` hold a step per attempt; the last one repeats. */
export interface Schedule {
  readonly seed: number
  readonly tools: readonly ToolPlan[]
  readonly scripts: readonly (readonly Step[])[]
  readonly calls: readonly CallPlan[]
  readonly globalMax: number | undefined
  readonly closeAfter: number | undefined
}

const ms = fc.integer({ min: 0, max: 40 })
const rarely = <T>(value: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('ok' as const), ms }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('fail' as const), ms, status: fc.constantFrom(400, 429, 500, 503) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hang' as const), ms: fc.constant(0) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deaf' as const),
      ms: fc.integer({ min: 0, max: 300 }),
      isOk: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('stream' as const),
      ms,
      parts: fc.integer({ min: 0, max: 4 }),
      isOk: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nested' as const), ms, script: fc.nat(7) }) },
)

const tool: fc.Arbitrary<ToolPlan> = fc.record({
  max: fc.integer({ min: 1, max: 4 }),
  queue: fc.integer({ min: 0, max: 6 }),
  overflow: fc.constantFrom('reject', 'drop-oldest'),
  queueTimeout: rarely(fc.integer({ min: 1, max: 60 }), 2),
  attempt: fc.integer({ min: 5, max: 80 }),
  total: fc.integer({ min: 20, max: 400 }),
  grace: fc.integer({ min: 0, max: 40 }),
  idle: rarely(fc.integer({ min: 5, max: 60 }), 1),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  base: fc.integer({ min: 0, max: 30 }),
  jitter: fc.constantFrom('decorrelated', 'full', 'none'),
  consecutiveFailures: fc.integer({ min: 1, max: 8 }),
  openFor: fc.integer({ min: 10, max: 200 }),
  isCached: fc.boolean(),
  isExclusive: fc.boolean(),
})

const call: fc.Arbitrary<CallPlan> = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25 })),
  tool: fc.nat(2),
  script: fc.nat(7),
  priority: fc.integer({ min: -1, max: 2 }),
  session: fc.nat(2),
  deadline: rarely(fc.integer({ min: 0, max: 120 }), 2),
  way: fc.constantFrom('promise', 'stream', 'signal'),
  cancelAfter: rarely(fc.integer({ min: 0, max: 60 }), 2),
})

/** Random schedules over three tools. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  tools: fc.array(tool, { minLength: 3, maxLength: 3 }),
  scripts: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 8 }),
  calls: fc.array(call, { minLength: 1, maxLength: 24 }),
  globalMax: rarely(fc.integer({ min: 1, max: 4 }), 1),
  closeAfter: rarely(fc.integer({ min: 0, max: 200 }), 1),
})
