import { Subject } from 'rxjs'
import type { JobRecord } from '../ports/job-store.ts'

/** Who wants to know how jobs change, by the job's id. What a listener throws is reported by RxJS. */
export class JobListeners {
  readonly #subjects = new Map<string, Subject<JobRecord>>()
  readonly #waiting: JobRecord[] = []

  watch(id: string, listener: (job: JobRecord) => void): () => void {
    let subject = this.#subjects.get(id)
    if (subject === undefined) {
      subject = new Subject()
      this.#subjects.set(id, subject)
    }
    const watched = subject
    const watching = watched.subscribe((job) => listener(job))
    return () => {
      watching.unsubscribe()
      if (!watched.observed && this.#subjects.get(id) === watched) this.#subjects.delete(id)
    }
  }

  /** A listener that changes a job is being told something: its change follows when everybody knows that. */
  tell(job: JobRecord): void {
    if (!this.#subjects.has(job.id)) return
    this.#waiting.push(job)
    if (this.#waiting.length > 1) return
    for (const told of this.#waiting) this.#subjects.get(told.id)?.next(told)
    this.#waiting.length = 0
  }
}
