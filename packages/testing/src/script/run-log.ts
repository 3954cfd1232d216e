import type { CallContext, Clock } from '@headrace/core'

/** What happened in one run of a scripted tool. Times are milliseconds since the epoch, of the tool's clock. */
export interface ScriptedRun<Input = unknown> {
  /** Which step of the script it followed, counted from 0; the script's length where there was none left. */
  readonly step: number
  /** The arguments, as the input schema gave them. */
  readonly input: Input
  readonly callId: string
  /** The first attempt of a call is 1. */
  readonly attempt: number
  readonly idempotencyKey: string
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly startedAt: number
  /** When its signal was aborted; undefined when it was not. */
  readonly abortedAt: number | undefined
  /** When the work really ended; undefined while it goes on. */
  readonly endedAt: number | undefined
}

/** The runs of a scripted tool. */
export interface RunLog {
  /** In the order of their start. */
  readonly runs: readonly ScriptedRun[]
  /** How many runs go on. */
  readonly running: number
  /** How many runs went on at once, at most. */
  readonly mostAtOnce: number
  /** Notes the start of a run; gives what notes its end. */
  start(step: number, input: unknown, context: CallContext): () => void
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Makes a log of runs that tells the time by `clock`. */
export function createRunLog(clock: Clock): RunLog {
  const runs: ScriptedRun[] = []
  let running = 0
  let mostAtOnce = 0
  return {
    runs,
    get running() {
      return running
    },
    get mostAtOnce() {
      return mostAtOnce
    },
    start(step, input, context) {
      const { callId, attempt, idempotencyKey, session, tenant, signal } = context
      const place = { step, input, callId, attempt, idempotencyKey, session, tenant }
      const run: Mutable<ScriptedRun> = { ...place, startedAt: clock.now(), abortedAt: undefined, endedAt: undefined }
      const abort = (): void => {
        run.abortedAt = clock.now()
      }
      runs.push(run)
      running += 1
      mostAtOnce = Math.max(mostAtOnce, running)
      signal.addEventListener('abort', abort, { once: true })
      return () => {
        run.endedAt = clock.now()
        running -= 1
        signal.removeEventListener('abort', abort)
      }
    },
  }
}
