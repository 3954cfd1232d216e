import { contentKeyOf, exactKey, type SemanticKey, semanticKeyOf } from '../../../policies/cache/cache-key.ts'
import type { CacheRules } from '../../../policies/cache/cache-policy.ts'
import type { CacheKey } from '../../../ports/cache-store.ts'
import type { Engine } from '../../engine/engine.ts'
import { partitionOfTenant, sharedPartition } from '../../engine/stores/cache-partition.ts'
import type { ToolRecord } from '../../engine/tool-record.ts'

/** Whose result is asked for, and of what. */
interface OwnedCall {
  readonly record: ToolRecord
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly input: unknown
}

/** The same, of a call that may need a new place. */
export interface PlacedCall extends OwnedCall {
  readonly engine: Engine
  readonly toolName: string
}

/** Whose results of which tool. */
interface PlaceOwner {
  readonly engine: Engine
  readonly rules: CacheRules
  readonly partition: string
  /** What every key begins with: JSON, so that it ends where the rest begins. */
  readonly prefix: string
  /** The session that alone may have them. */
  readonly session: string | undefined
}

/** Where a result is kept: a key for each layer, all in the partition of those who may have it. */
export class CachePlace implements CacheKey {
  readonly partition: string
  readonly key: string
  readonly rules: CacheRules
  /** Calls need not write its key to find it. */
  isKnown = false
  readonly #owner: PlaceOwner

  constructor(owner: PlaceOwner, key: string) {
    this.partition = owner.partition
    this.key = key
    this.rules = owner.rules
    this.#owner = owner
  }

  /** The arguments in canonical JSON, as the policies of the fields leave them. */
  get exact(): string {
    return this.key.slice(this.#owner.prefix.length)
  }

  /** The session that alone may have the result. */
  get session(): string | undefined {
    return this.#owner.session
  }

  /** Whether an invalidation may concern what is kept here. */
  get isGuarded(): boolean {
    return this.session !== undefined || this.rules.tags !== undefined
  }

  /** Whether one key says all: no field is fuzzy, and nobody has to know the partition's epoch. */
  get isPlain(): boolean {
    return this.rules.fields === undefined && !this.isGuarded
  }

  /** Where the result for other arguments of the same tool, and the same owner, is kept. */
  of(exact: string): CachePlace {
    return new CachePlace(this.#owner, this.#owner.prefix + exact)
  }

  /** The place in the content layer; undefined where no field is fuzzy. */
  content(): CacheKey | undefined {
    const { rules, partition } = this
    const content = rules.fields === undefined ? undefined : contentKeyOf(this.exact, rules.fields)
    // no JSON begins like this: it cannot be taken for the arguments of another call
    return content === undefined ? undefined : { partition, key: `${this.#owner.prefix}content${content}` }
  }

  /** What the vector layer is asked; undefined where no field is fuzzy. */
  semantic(): (SemanticKey & { readonly bucket: string }) | undefined {
    const { rules, partition } = this
    const { fields, semantic } = rules
    const key = fields === undefined || semantic === undefined ? undefined : semanticKeyOf(this.exact, fields)
    if (key === undefined) return undefined
    return { ...key, bucket: JSON.stringify([partition, this.#owner.prefix, semantic?.embedderId, key.rest]) }
  }

  /** Removes the result from every layer. */
  remove(): void {
    const { engine } = this.#owner
    const { results, clock } = engine
    const { semantic } = this.rules
    const [content, question] = [this.content(), this.semantic()]
    results.store.delete(this)
    if (content !== undefined) results.store.delete(content)
    if (semantic === undefined || question === undefined) return
    engine.store('semantic').tell(() => semantic.forget(question.bucket, [this.exact], { now: clock.now() }))
  }
}

/** Where the result of a call is kept; undefined, with a warning, where it cannot be. */
export function placeOf(call: PlacedCall, rules: CacheRules): CachePlace | undefined {
  const known = knownPlaceOf(call, rules)
  if (known !== undefined) return known
  const owner = ownerOf(call, rules)
  if (owner === undefined) return undefined
  const exact = exactKey(call.input, rules.fields)
  if ('text' in exact) return new CachePlace(owner, owner.prefix + exact.text)
  call.engine.warn(call.toolName, exact.fault)
  return undefined
}

/** Remembers where the result of a call was found; only where the arguments alone say it. */
export function learnPlace(call: PlacedCall, place: CachePlace): void {
  const { rules, isKnown } = place
  if (isKnown || rules.fields !== undefined) return
  call.record.knownPlaces.learn(ownName(call, rules), call.input, place)
}

/** Where the result is kept, where that is known of these arguments. */
export function knownPlaceOf(call: OwnedCall, rules: CacheRules): CachePlace | undefined {
  if (rules.fields !== undefined) return undefined
  const owner = ownName(call, rules)
  if (owner === undefined && rules.scope !== 'shared') return undefined
  const known = call.record.knownPlaces.find(owner, call.input)
  if (!(known instanceof CachePlace)) return undefined
  // sessions of two tenants may have one name
  if (rules.scope === 'session' && known.partition !== partitionOfTenant(call.tenant)) return undefined
  known.isKnown = true
  return known
}

/** By what those are told apart who have results of one tool; undefined where nobody is. */
function ownName({ session, tenant }: OwnedCall, { scope }: CacheRules): string | undefined {
  if (scope === 'shared') return undefined
  return scope === 'tenant' ? tenant : session
}

function ownerOf(call: PlacedCall, rules: CacheRules): PlaceOwner | undefined {
  const { engine, session, tenant } = call
  const prefix = call.record.keyPrefix.text
  if (rules.scope === 'shared') return { engine, rules, partition: sharedPartition, prefix, session: undefined }
  if (rules.scope === 'tenant') {
    if (tenant !== undefined) return { engine, rules, partition: partitionOfTenant(tenant), prefix, session: undefined }
    engine.warn(call.toolName, 'no-tenant')
    return undefined
  }
  if (session !== undefined) {
    const ownPrefix = prefix + JSON.stringify(session)
    return { engine, rules, partition: partitionOfTenant(tenant), prefix: ownPrefix, session }
  }
  engine.warn(call.toolName, 'no-session')
  return undefined
}
