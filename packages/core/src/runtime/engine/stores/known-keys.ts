import { isPlainObject, ownCheck } from '../../../json/plain-json.ts'

/** Keys and steps to them that are kept for one tool. */
const most = 5_000
/** Longer keys are not kept, so that all of them take little room. */
const longest = 300
/** One of so many hits whose key was not known makes it known: what is asked once or twice is not worth the room. */
const every = 4

/** Where the way goes on from what was read so far: the name of the next member, and by its value the step after it. */
interface Step {
  readonly name: string
  readonly next: Map<unknown, Step | string>
}

/**
 * The keys of arguments that the cache had answers for, so that they are not written again: to write a key, and to hash
 * it, costs half of a hit. Found by the values of the members, one after the other, without making a text or an object;
 * only where all of them are texts, numbers, truth values or null. One set for the keys of each session.
 */
export class KnownKeys {
  readonly #sessions = new Map<string | undefined, Step | string>()
  #size = 0
  #asked = 0

  /** The key of these arguments, where it is known. */
  find(session: string | undefined, args: unknown): string | undefined {
    let at = this.#sessions.get(session)
    if (at === undefined || !isPlain(args)) return undefined
    try {
      for (const name in args) {
        if (!ownCheck.call(args, name)) continue
        if (typeof at !== 'object' || at.name !== name) return undefined
        at = at.next.get(args[name])
      }
    } catch {
      // a getter threw: whoever writes the key will say so
      return undefined
    }
    return typeof at === 'string' ? at : undefined
  }

  /** Tells the key of arguments that the cache had an answer for. */
  learn(session: string | undefined, args: unknown, key: string): void {
    this.#asked += 1
    if (this.#asked % every !== 0 || key.length > longest || !isPlain(args)) return
    const members = Object.entries(args)
    if (members.length === 0 || !members.every(([, value]) => isScalar(value))) return
    if (this.#size + members.length > most) {
      this.#sessions.clear()
      this.#size = 0
    }
    this.#add(session, members, key)
  }

  /** Forgets the keys of a session. */
  forget(session: string): void {
    this.#sessions.delete(session)
  }

  #add(session: string | undefined, members: readonly (readonly [string, unknown])[], key: string): void {
    let steps: Map<unknown, Step | string> = this.#sessions
    let from: unknown = session
    for (const [name, value] of members) {
      let step = steps.get(from)
      if (step === undefined) {
        step = { name, next: new Map() }
        steps.set(from, step)
        this.#size += 1
      }
      // one order of names, and one set of them, for each beginning
      if (typeof step === 'string' || step.name !== name) return
      steps = step.next
      from = value
    }
    if (steps.has(from)) return
    steps.set(from, key)
    this.#size += 1
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && isPlainObject(value)
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}
