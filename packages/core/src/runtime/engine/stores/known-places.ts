import { isPlainObject, ownCheck } from '../../../json/plain-json.ts'
import type { CacheKey } from '../../../ports/cache-store.ts'

/** Places and steps to them that are kept for one tool. */
const most = 5_000
/** Places with longer keys are not kept, so that all of them take little room. */
const longest = 300
/** One of so many hits makes its place known: what is asked once or twice is not worth the room. */
const every = 4

/** Where the way goes on from what was read so far: the name of the next member, and by its value what follows it. */
class Step<P> {
  readonly name: string
  readonly next = new Map<unknown, Step<P> | P>()

  constructor(name: string) {
    this.name = name
  }
}

/**
 * Where in the cache the answers are to arguments that it had answers for, so that their keys are not written again: to
 * write a key, and to hash it, costs half of a hit. Found by the values of the members, one after the other, without
 * making a text or an object; only where all of them are texts, numbers, truth values or null. Kept for each owner.
 */
export class KnownPlaces<P extends CacheKey> {
  /** Whether calls may be answered by them alone; not where the schema takes its time. */
  mayAnswer = true
  readonly #owners = new Map<string | undefined, Step<P> | P>()
  #size = 0
  #asked = 0

  /** The place of these arguments, where it is known. */
  find(owner: string | undefined, args: unknown): P | undefined {
    let at = this.#owners.get(owner)
    if (at === undefined || !isPlain(args)) return undefined
    try {
      for (const name in args) {
        if (!ownCheck.call(args, name)) continue
        if (!(at instanceof Step) || at.name !== name) return undefined
        at = at.next.get(args[name])
      }
    } catch {
      // a getter threw: whoever writes the key will say so
      return undefined
    }
    return at instanceof Step ? undefined : at
  }

  /** Tells where the answer to these arguments was found. */
  learn(owner: string | undefined, args: unknown, place: P): void {
    this.#asked += 1
    if (this.#asked % every !== 0 || place.key.length > longest || !isPlain(args)) return
    const members = Object.entries(args)
    if (members.length === 0 || !members.every(([, value]) => isScalar(value))) return
    if (this.#size + members.length > most) {
      this.#owners.clear()
      this.#size = 0
    }
    this.#add(owner, members, place)
  }

  /** Forgets what is known for an owner. */
  forget(owner: string): void {
    this.#owners.delete(owner)
  }

  #add(owner: string | undefined, members: readonly (readonly [string, unknown])[], place: P): void {
    let steps: Map<unknown, Step<P> | P> = this.#owners
    let from: unknown = owner
    for (const [name, value] of members) {
      let step = steps.get(from)
      if (step === undefined) {
        step = new Step<P>(name)
        steps.set(from, step)
        this.#size += 1
      }
      // one order of names, and one set of them, for each beginning
      if (!(step instanceof Step) || step.name !== name) return
      steps = step.next
      from = value
    }
    if (steps.get(from) instanceof Step) return
    steps.set(from, place)
    this.#size += 1
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && isPlainObject(value)
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}
