import { askFor, stopAsking } from '../../../jobs/job-changes.ts'
import { canonicalJson, frozenCopy, notPlain } from '../../../json/plain-json.ts'
import type { JobRecord } from '../../../ports/job-store.ts'
import type { InputAsker } from '../../engine/input-asker.ts'
import type { JobWriter } from './job-writer.ts'

interface Question {
  readonly request: unknown
  /** Canonical: a question that was asked by a run before this one is known by it. */
  readonly text: string
  readonly settle: (end: { readonly input: unknown } | { readonly reason: unknown }) => void
}

/** What the tool of one job asks for: one question after the other. */
export class JobQuestions implements InputAsker {
  readonly #writer: JobWriter
  readonly #waiting: Question[] = []
  /** The answer in the record was taken; it is yet to be cleared. */
  #isTaken = false
  /** Another run will go on with what is asked now. */
  #isLeft = false

  constructor(writer: JobWriter) {
    this.#writer = writer
  }

  ask(given: unknown, signal: AbortSignal): Promise<unknown> {
    const answer = this.#ask(given, signal)
    // a tool that does not wait for it has not to deal with it
    answer.catch(() => undefined)
    return answer
  }

  /** A newer version of the job became known: it may hold an answer. */
  see(job: JobRecord): void {
    if (job.input === undefined) this.#isTaken = false
    else this.#answer(job)
  }

  /** From now on nothing is taken back: whoever runs the job next may still be answered. */
  leave(): void {
    this.#isLeft = true
  }

  /** The job has ended: nobody will answer. */
  end(reason: unknown): void {
    for (const question of this.#waiting.splice(0)) question.settle({ reason })
  }

  async #ask(given: unknown, signal: AbortSignal): Promise<unknown> {
    const request = frozenCopy(given)
    const text = canonicalJson(given)
    if (request === notPlain || text === undefined) throw new TypeError('requestInput: the request must be plain JSON')
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#withdraw(question, signal.reason)
      const question: Question = {
        request,
        text,
        settle(end) {
          signal.removeEventListener('abort', onAbort)
          if ('input' in end) resolve(end.input)
          else reject(end.reason)
        },
      }
      signal.addEventListener('abort', onAbort)
      this.#waiting.push(question)
      if (this.#waiting.length === 1) this.#open()
    })
  }

  /** A run before this one may have asked the same, and its answer may have come since. */
  #open(): void {
    const [question] = this.#waiting
    if (question === undefined || this.#answer(this.#writer.record)) return
    this.#writer.write(askFor(question.request))
  }

  #answer({ state, input, inputRequest }: JobRecord): boolean {
    const [question] = this.#waiting
    if (question === undefined || state !== 'working' || input === undefined || this.#isTaken) return false
    if (canonicalJson(inputRequest) !== question.text) return false
    this.#isTaken = true
    this.#close()
    question.settle({ input })
    return true
  }

  #withdraw(question: Question, reason: unknown): void {
    const index = this.#waiting.indexOf(question)
    if (index < 0) return
    question.settle({ reason })
    if (index > 0) this.#waiting.splice(index, 1)
    else this.#close()
  }

  /** The first question waits no more. */
  #close(): void {
    this.#waiting.shift()
    if (this.#isLeft) return
    this.#writer.write(stopAsking())
    this.#open()
  }
}
