import type { Contender, Workload } from './contender.ts'
import type { ContenderEntry, ContenderId } from './contenders.ts'
import type { Goal } from './goal.ts'
import type { Sample } from './measure/statistics.ts'

/** How long and how large the measurements of one run are. */
export interface Scale {
  readonly rounds: number
  readonly warmUpMs: number
  readonly batchMs: number
  /** What all rows together may take: later rows get fewer rounds where earlier ones took long. */
  readonly budgetMs: number
  /** No round of a row begins later than this after the row did, the first one excepted. */
  readonly rowMs: number
  /** A contender that takes longer for one round is stopped. */
  readonly patienceMs: number
  /** The large sizes of the growth rows. */
  readonly queued: number
  readonly inFlight: number
  readonly heapCalls: number
  /** How many vectors the indexes hold, a row each. */
  readonly vectors: readonly number[]
  /** The same of the index in Redis. */
  readonly redisVectors: readonly number[]
}

/** What a row measures again and again, in the process of one contender. */
export interface Probe {
  measure(): Promise<Sample>
}

/** What all contenders of a row share. */
export interface Prepared {
  /** What each of them is told of it. */
  readonly value: string
  end(): void
}

/** One row of the table. */
export interface Row {
  readonly id: string
  readonly title: string
  readonly unit: 'ns' | 'bytes' | 'times'
  readonly contenders: readonly ContenderId[]
  readonly goals: readonly Goal[]
  /** What a contender is in this row, where it is not what it is in the others. */
  readonly load?: Readonly<Partial<Record<ContenderId, ContenderEntry['load']>>>
  /** Contenders that do only a part of this row's work, whatever they do in others: shown, not judged. */
  readonly parts?: readonly ContenderId[]
  /** Heavy rows take a part of the rounds. */
  readonly share?: number
  /** Long rows take a multiple of the time. */
  readonly timeFactor?: number
  /** What the processes of this row start with besides the usual. */
  readonly nodeOptions?: readonly string[]
  /** All rounds of a contender before the next one: for figures that compare a contender with itself and need much memory. */
  readonly isAlone?: boolean
  /** A fresh process for every round: for figures that a used heap would change. */
  readonly isFreshEachRound?: boolean
  /** Makes what all contenders share, in the process that drives them, before the first one is opened. */
  prepare?(): Promise<Prepared>
  /** Prepares everything else that is not measured; `shared` is the value of what is shared, or empty. */
  open(create: (workload: Workload) => Contender, scale: Scale, shared: string): Promise<Probe>
  /** The figure that the row compares, from a sample's measures. */
  value(sample: Sample): number
  /** What is compared with peers, where it is not the value. */
  cost?(sample: Sample): number
  /** What stands beside the figure, in brackets. */
  detail?(sample: Sample): string
}
