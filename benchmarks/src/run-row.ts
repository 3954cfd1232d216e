import { type ContenderProcess, openContender } from './contender-process.ts'
import type { ContenderId } from './contenders.ts'
import { type Figures, type Sample, summarize } from './measure/statistics.ts'
import type { Prepared, Row, Scale } from './row.ts'

/** How one contender came out of one row. */
export type Outcome = { readonly figures: Figures } | { readonly failure: string }

/** One row with the outcome of each contender, in the row's order. */
export interface RowReport {
  readonly row: Row
  readonly outcomes: ReadonlyMap<ContenderId, Outcome>
}

/** Processes that open at the same time; while a batch is timed, only its own process works. */
const openAtOnce = 2

/**
 * Measures a row: each contender one round after the other, in an order that rotates, so that noise meets all of them.
 * Every contender has one round; more begin only within the row's time.
 */
export async function runRow(row: Row, scale: Scale): Promise<RowReport> {
  const run = new RowRun(row, scale)
  const rounds = Math.max(1, Math.round(scale.rounds * (row.share ?? 1)))
  const rowMs = scale.rowMs * (row.timeFactor ?? 1)
  await run.prepare()
  if (row.isAlone) await runAlone(run, row, { rounds, rowMs })
  else await runInterleaved(run, row, { rounds, rowMs })
  run.end()
  return { row, outcomes: new Map(row.contenders.map((id) => [id, run.outcome(id)])) }
}

interface Limits {
  readonly rounds: number
  readonly rowMs: number
}

async function runInterleaved(run: RowRun, row: Row, { rounds, rowMs }: Limits): Promise<void> {
  if (!row.isFreshEachRound) await forEachOf(row.contenders, openAtOnce, (id) => run.open(id))
  const endsAt = performance.now() + rowMs
  for (let round = 0; round < rounds && (round === 0 || performance.now() < endsAt); round++) {
    await forEachOf(rotate(row.contenders, round), row.isFreshEachRound ? openAtOnce : 1, (id) => run.measure(id))
  }
  for (const id of row.contenders) run.close(id)
}

async function runAlone(run: RowRun, row: Row, { rounds, rowMs }: Limits): Promise<void> {
  for (const id of row.contenders) {
    await run.open(id)
    const endsAt = performance.now() + rowMs / row.contenders.length
    for (let round = 0; round < rounds && (round === 0 || performance.now() < endsAt); round++) await run.measure(id)
    run.close(id)
  }
}

/** The processes of a row and what they have measured. */
class RowRun {
  readonly #row: Row
  readonly #scale: Scale
  readonly #samples = new Map<ContenderId, Sample[]>()
  readonly #failures = new Map<ContenderId, string>()
  readonly #processes = new Map<ContenderId, ContenderProcess>()
  #prepared: Prepared | undefined = undefined

  constructor(row: Row, scale: Scale) {
    this.#row = row
    this.#scale = scale
  }

  /** Without what they share no contender is opened. */
  async prepare(): Promise<void> {
    try {
      this.#prepared = await this.#row.prepare?.()
    } catch (reason) {
      for (const id of this.#row.contenders) this.#failures.set(id, messageOf(reason))
    }
  }

  end(): void {
    this.#prepared?.end()
  }

  async open(id: ContenderId): Promise<void> {
    const setting = { scale: this.#scale, shared: this.#prepared?.value ?? '' }
    await this.#attempt(id, async () => {
      this.#processes.set(id, await openContender(this.#row, id, setting))
    })
  }

  async measure(id: ContenderId): Promise<void> {
    if (this.#failures.has(id)) return
    if (this.#row.isFreshEachRound) await this.open(id)
    await this.#attempt(id, async () => {
      const sample = await this.#processes.get(id)?.measure()
      if (sample !== undefined) this.#samples.set(id, [...(this.#samples.get(id) ?? []), sample])
    })
    if (this.#row.isFreshEachRound || this.#failures.has(id)) this.close(id)
  }

  close(id: ContenderId): void {
    this.#processes.get(id)?.close()
    this.#processes.delete(id)
  }

  outcome(id: ContenderId): Outcome {
    const samples = this.#samples.get(id)
    if (samples === undefined) return { failure: this.#failures.get(id) ?? 'not measured' }
    return { figures: summarize(samples, this.#row.value) }
  }

  async #attempt(id: ContenderId, step: () => Promise<void>): Promise<void> {
    if (this.#failures.has(id)) return
    try {
      await step()
    } catch (reason) {
      this.#failures.set(id, messageOf(reason))
    }
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}

async function forEachOf<T>(values: readonly T[], atOnce: number, run: (value: T) => Promise<void>): Promise<void> {
  const left = values.values()
  const lane = async () => {
    for (const value of left) await run(value)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

function rotate<T>(values: readonly T[], by: number): readonly T[] {
  const start = by % values.length
  return [...values.slice(start), ...values.slice(0, start)]
}
