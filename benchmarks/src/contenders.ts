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
  | 'by-hand'
  | 'zod-lru-cockatiel'
  | 'rxjs-pipeline'
  | 'ai-generate-text'
  | 'ai-stream-text'
  | 'langgraph-tool-node'
  | 'json-by-hand'
  | 'scan-by-hand'
  | 'orama'
  | 'ioredis'

/** A contender as the report names it. */
export interface ContenderEntry {
  readonly label: string
  /** `bare` is the unit, `floor` the least that the work can cost, `part` does only a part of it: shown, not judged. */
  readonly kind: 'bare' | 'floor' | 'ours' | 'peer' | 'part'
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
  'by-hand': entry('floor', 'by hand', ['ajv'], () => import('./contenders/by-hand/pipeline.ts')),
  'zod-lru-cockatiel': entry(
    'peer',
    'zod + lru-cache + cockatiel + OpenTelemetry API',
    ['zod', 'lru-cache', 'cockatiel', '@opentelemetry/api'],
    () => import('./contenders/pipeline/zod-lru-cockatiel.ts'),
  ),
  'rxjs-pipeline': entry(
    'peer',
    'idiomatic RxJS + zod + lru-cache',
    ['rxjs', 'zod', 'lru-cache'],
    () => import('./contenders/pipeline/rxjs.ts'),
  ),
  'ai-generate-text': entry(
    'peer',
    'AI SDK generateText',
    ['ai'],
    () => import('./contenders/message/ai-generate-text.ts'),
    'a cache and the four policies',
  ),
  'ai-stream-text': entry(
    'peer',
    'AI SDK streamText',
    ['ai'],
    () => import('./contenders/message/ai-stream-text.ts'),
    'a cache and the four policies',
  ),
  'langgraph-tool-node': entry(
    'peer',
    'LangGraph ToolNode',
    ['@langchain/langgraph', '@langchain/core'],
    () => import('./contenders/message/langgraph-tool-node.ts'),
    'a cache and the four policies',
  ),
  'json-by-hand': entry('floor', 'lines and JSON.parse', [], () => import('./contenders/streams/json-by-hand.ts')),
  'scan-by-hand': entry(
    'part',
    'scan by hand',
    [],
    () => import('./contenders/vectors/scan.ts'),
    'ids, expiry, removal and buckets',
  ),
  ioredis: entry('floor', 'bare ioredis', ['ioredis'], () => import('./contenders/redis/ioredis-get.ts')),
  orama: entry('peer', 'Orama', ['@orama/orama'], () => import('./contenders/vectors/orama.ts'), 'expiry and buckets'),
}
