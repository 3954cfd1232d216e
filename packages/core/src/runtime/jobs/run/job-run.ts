import { Observable, type Subscription } from 'rxjs'
import type { CallEvent, ProgressUpdate } from '../../../call/call-event.ts'
import type { CallResult, FinalResult, JobState } from '../../../call/call-result.ts'
import { CancelReason } from '../../../errors/cancel-reason.ts'
import { executionError } from '../../../errors/execution-error.ts'
import { cancelledBy, endWith, release } from '../../../jobs/job-changes.ts'
import { noMeta } from '../../../jobs/stored-result.ts'
import { frozenCopy, notPlain } from '../../../json/plain-json.ts'
import type { JobChange, JobRecord } from '../../../ports/job-store.ts'
import type { ScopeChild, ScopeTree } from '../../../scope/scope-child.ts'
import { ScopeNode } from '../../../scope/scope-node.ts'
import type { RunningCall } from '../../engine/running-call.ts'
import type { JobHost, LocalRun } from '../job-host.ts'
import { Beat } from './beat.ts'
import { JobQuestions } from './job-questions.ts'
import { requestOf } from './job-request.ts'
import { JobWriter } from './job-writer.ts'

/** Milliseconds between two writes of progress. */
const progressMs = 250

/**
 * One run of a job that this runtime holds: it is written down as begun, its call goes the way of every call, its
 * progress and heartbeats are written, and its end, once. The runtime's scope holds it until all of that is done.
 */
export class JobRun implements ScopeChild, LocalRun {
  before: ScopeChild | undefined
  after: ScopeChild | undefined
  readonly #host: JobHost
  readonly #writer: JobWriter
  readonly #questions: JobQuestions
  readonly #unwatch: () => void
  readonly #heartbeat: Beat
  readonly #progressBeat: Beat
  /** Runs that were begun before this one. */
  readonly #before: number
  #call: RunningCall | undefined
  #listening: Subscription | undefined
  /** The latest, while it has yet to be written. */
  #progress: JobChange | undefined
  #isEnded = false

  /** Takes a job that this runtime holds, and that had so many runs before. */
  constructor(host: JobHost, job: JobRecord, before: number) {
    const { engine, access, leaseMs } = host
    this.#host = host
    this.#before = before
    this.#writer = new JobWriter(host, job, {
      onRecord: (record) => this.#questions.see(record),
      onLost: () => this.#lost(),
    })
    this.#questions = new JobQuestions(this.#writer)
    this.#heartbeat = new Beat(engine, leaseMs / 3, () => this.#writer.write())
    this.#progressBeat = new Beat(engine, progressMs, () => this.#writeProgress())
    this.#unwatch = access.watch(job.id, (record) => this.#writer.see(record))
  }

  get state(): JobState {
    return this.#writer.record.state
  }

  /** Begins; the work starts when that is written down. */
  start(): void {
    const { engine, runs } = this.#host
    runs.set(this.#writer.record.id, this)
    engine.root.add(this)
    void this.#run()
  }

  /** The runtime closes. */
  cancel(reason: unknown): void {
    if (this.#host.access.isKept) this.#questions.leave()
    this.#writer.wake()
    this.#call?.cancel(reason)
  }

  tree(): ScopeTree {
    const { callId, tool } = this.#writer.record
    return { kind: 'call', callId, tool, status: this.#isEnded ? 'settled' : 'running', children: [] }
  }

  end(reason: unknown): Promise<void> {
    if (this.#call === undefined) this.#endWith(cancelledBy(reason, this.#writer.record))
    else this.#call.cancel(reason)
    return this.#writer.tried()
  }

  async written(): Promise<void> {
    // who closes the runtime tells those who wait before it tells the run
    await Promise.resolve()
    await this.#writer.tried()
  }

  see(job: JobRecord): void {
    this.#writer.see(job)
  }

  adopt(job: JobRecord): void {
    this.#writer.see(job)
    this.#writer.write({ attempt: this.#before + 1 })
  }

  async #run(): Promise<void> {
    const { root } = this.#host.engine
    if (!root.isClosing) {
      this.#writer.write({ attempt: this.#before + 1, progress: undefined })
      await this.#writer.flushed()
    }
    if (!this.#isEnded && !this.#writer.isOver) {
      if (root.isClosing) this.#stop()
      else this.#launch()
    }
    await this.#finished()
    this.#leave()
  }

  #launch(): void {
    const { engine, access } = this.#host
    const { record } = this.#writer
    const scope = new ScopeNode({ parent: engine.root, held: false, session: record.session, tenant: record.tenant })
    engine.askers.add(scope, this.#questions)
    try {
      const call = engine.launcher.prepare(requestOf(record, { scope }))
      this.#call = call
      this.#listening = new Observable<CallEvent>((subscriber) => call.observe(subscriber)).subscribe((event) => {
        if (event.type === 'progress') this.#onProgress(event)
      })
      call.whenSettled(() => this.#onSettled(call, access.isKept))
      this.#heartbeat.start()
      call.start()
    } catch (error) {
      this.#endWith(this.#failed(error))
    }
  }

  #onSettled({ settled: result }: RunningCall, isKept: boolean): void {
    if (result === undefined || this.#isEnded) return
    if (isKept && this.#isCutOff(result)) this.#stop()
    else if (result.status === 'pending') this.#endWith(this.#failed(new Error('A job cannot end as another job.')))
    else this.#endWith(result)
  }

  /** The runtime's end has ended the call: another runtime may run it again. */
  #isCutOff(result: CallResult): boolean {
    const { root } = this.#host.engine
    if (root.cancelled !== undefined) return result.status !== 'ok'
    return root.isClosing && result.status === 'error' && result.error.code === 'RUNTIME_CLOSED'
  }

  /** The runtime closes: what others can run on is given to them when the work here has ended, the rest is cancelled. */
  #stop(): void {
    const call = this.#call
    if (!this.#host.access.isKept) return this.#endWith(cancelledBy(new CancelReason('shutdown'), this.#writer.record))
    this.#isEnded = true
    this.#stopBeats()
    const wasRun = (call?.settled?.meta.attempts ?? 0) > 0
    const change = { ...this.#progress, ...release(wasRun ? this.#before + 1 : this.#before) }
    if (call === undefined) this.#writer.end(change)
    else call.whenFinished(() => this.#writer.end(change))
  }

  #endWith(result: FinalResult): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#stopBeats()
    this.#writer.end({ ...this.#progress, ...endWith(result) })
    this.#questions.end(new CancelReason('superseded'))
  }

  #lost(): void {
    this.#isEnded = true
    this.#stopBeats()
    const { id, result } = this.#writer.record
    if (this.#host.runs.get(id) === this) this.#host.runs.delete(id)
    this.#call?.cancel(new CancelReason(result?.status === 'cancelled' ? 'cancelled' : 'superseded'))
    this.#questions.end(new CancelReason('superseded'))
  }

  #onProgress({ progress, total, message }: ProgressUpdate): void {
    if (this.#isEnded) return
    const copy = frozenCopy({ progress, total, message })
    if (copy === notPlain) return
    this.#progress = { progress: copy as ProgressUpdate }
    if (!this.#progressBeat.isRunning) this.#writeProgress()
  }

  #writeProgress(): void {
    if (this.#progress === undefined) return this.#progressBeat.stop()
    this.#writer.write(this.#progress)
    this.#progress = undefined
    this.#progressBeat.start()
  }

  async #finished(): Promise<void> {
    const call = this.#call
    if (call !== undefined) await new Promise<void>((resolve) => call.whenFinished(resolve))
    await this.#writer.flushed()
  }

  #leave(): void {
    const { engine, runs } = this.#host
    const { id } = this.#writer.record
    this.#listening?.unsubscribe()
    this.#unwatch()
    if (runs.get(id) === this) runs.delete(id)
    engine.root.remove(this)
  }

  #stopBeats(): void {
    this.#heartbeat.stop()
    this.#progressBeat.stop()
  }

  #failed(thrown: unknown): FinalResult {
    const { callId, tool } = this.#writer.record
    const error = executionError(thrown, { callId, tool, attempts: 0, now: this.#host.engine.clock.now() })
    return { status: 'error', callId, tool, error, meta: noMeta }
  }
}
