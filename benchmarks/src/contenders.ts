import type { CreateContender } from './contender.ts'

/** What rows name contenders by. */
export type ContenderId =
  | 'bare'
  | 'headrace'
  | 'opossum-p-retry'
  | 'cockatiel'
  | 'cockatiel-no-abort'
  | 'effect'
  | 'p-limit-p-retry-p-timeout'
  | 'p-queue-p-retry'
  | 'plain-rxjs'
  | 'p-queue'
  | 'p-limit'
  | 'merge-map'
  | 'fork-join'
  | 'abort-signal'

/** A contender as the report names it. */
export interface ContenderEntry {
  readonly label: string
  /** `bare` is the unit, `part` does only a part of the work: shown, not judged. */
  readonly kind: 'bare' | 'ours' | 'peer' | 'part'
  /** What its figure leaves out. */
  readonly without?: string
  /** npm packages whose versions the report prints. */
  readonly packages: readonly string[]
  readonly load: () => Promise<{ readonly create: CreateContender }>
}

const entry = (
  kind: ContenderEntry['kind'],
  label: string,
  packages: readonly string[],
  load: ContenderEntry['load'],
  without?: string,
): ContenderEntry => ({ kind, label, packages, load, ...(without === undefined ? {} : { without }) })

/** All contenders by id. Each loads in a process of its own. */
export const contenders: Readonly<Record<ContenderId, ContenderEntry>> = {
  bare: entry('bare', 'bare await', [], () => import('./contenders/bare.ts')),
  headrace: entry('ours', 'headrace', ['@headrace/core'], () => import('./contenders/headrace.ts')),
  'opossum-p-retry': entry(
    'peer',
    'opossum + p-retry',
    ['opossum', 'p-retry'],
    () => import('./contenders/opossum-p-retry.ts'),
    'a queue: it rejects above its capacity',
  ),
  cockatiel: entry('peer', 'cockatiel', ['cockatiel'], () => import('./contenders/cockatiel.ts')),
  'cockatiel-no-abort': entry(
    'peer',
    'cockatiel, abortOnReturn: false',
    ['cockatiel'],
    () => import('./contenders/cockatiel-no-abort.ts'),
  ),
  effect: entry('peer', 'effect', ['effect'], () => import('./contenders/effect.ts'), 'a breaker'),
  'p-limit-p-retry-p-timeout': entry(
    'peer',
    'p-limit + p-retry + p-timeout',
    ['p-limit', 'p-retry', 'p-timeout'],
    () => import('./contenders/p-limit-p-retry-p-timeout.ts'),
    'a breaker',
  ),
  'p-queue-p-retry': entry(
    'peer',
    'p-queue + p-retry',
    ['p-queue', 'p-retry'],
    () => import('./contenders/p-queue-p-retry.ts'),
    'a breaker',
  ),
  'plain-rxjs': entry('peer', 'plain RxJS', ['rxjs'], () => import('./contenders/plain-rxjs.ts')),
  'p-queue': entry('part', 'p-queue', ['p-queue'], () => import('./contenders/p-queue.ts'), 'retry and a breaker'),
  'p-limit': entry('part', 'p-limit', ['p-limit'], () => import('./contenders/p-limit.ts'), 'all but concurrency'),
  'merge-map': entry('part', 'mergeMap', ['rxjs'], () => import('./contenders/merge-map.ts'), 'all but concurrency'),
  'fork-join': entry('part', 'forkJoin', ['rxjs'], () => import('./contenders/fork-join.ts'), 'everything'),
  'abort-signal': entry(
    'part',
    'shared AbortSignal',
    [],
    () => import('./contenders/abort-signal.ts'),
    'all but a listener per call',
  ),
}
