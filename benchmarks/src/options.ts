import { parseArgs } from 'node:util'
import type { Scale } from './row.ts'

/** What the command line asks for. */
export interface BenchOptions {
  readonly isJson: boolean
  readonly isHelp: boolean
  /** Only rows whose id or title contains one of these, in lower case. */
  readonly rows: readonly string[]
  readonly scale: Scale
}

/** The text of --help. */
export const help = `pnpm bench [options]: what a call costs, beside other libraries in one run. Build first: it measures the built packages.

  --rows <texts>  only rows whose id or title contains one of these texts, with commas between them
  --rounds <n>    rounds of the light rows (15; --quick 5); heavy rows take a part of them
  --quick         shorter batches, fewer rounds, growth and vectors to 10k, 1k of them in Redis: about a minute, less exact
  --full          growth to a million queued calls instead of 100k, 100k vectors in Redis: some minutes and 4 GB of memory more
  --json          one JSON object on stdout: every figure with its median, min and max
  --help          this text`

const normal: Scale = {
  rounds: 15,
  warmUpMs: 250,
  batchMs: 30,
  budgetMs: 200_000,
  rowMs: 8_000,
  patienceMs: 3_000,
  queued: 100_000,
  inFlight: 100_000,
  heapCalls: 10_000,
  vectors: [1_000, 10_000, 100_000],
  redisVectors: [10_000],
}
const quick: Scale = {
  ...normal,
  rounds: 5,
  warmUpMs: 120,
  batchMs: 15,
  budgetMs: 45_000,
  rowMs: 2_000,
  patienceMs: 1_000,
  queued: 10_000,
  inFlight: 10_000,
  vectors: [1_000, 10_000],
  redisVectors: [1_000],
}

/** Reads the arguments; throws what a user can act on. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      rows: { type: 'string', default: '' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const base = values.quick ? quick : normal
  const rounds = values.rounds === undefined ? base.rounds : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on')
  const scale = {
    ...base,
    rounds,
    ...(values.full ? { queued: 1_000_000, patienceMs: 60_000, redisVectors: [10_000, 100_000] } : {}),
  }
  return { isJson: values.json, isHelp: values.help, rows: values.rows.toLowerCase().split(','), scale }
}
