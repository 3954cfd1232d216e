import { contentKeyOf, exactKey, type SemanticKey, semanticKeyOf } from '../../../policies/cache/cache-key.ts'
import type { CacheRules } from '../../../policies/cache/cache-policy.ts'
import type { CacheKey } from '../../../ports/cache-store.ts'
import type { Engine } from '../../engine/engine.ts'
import { partitionOfTenant, sharedPartition } from '../../engine/stores/cache-partition.ts'
import type { ToolRecord } from '../../engine/tool-record.ts'

/** Whose result is asked for, and of what. */
export interface PlacedCall {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly toolName: string
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly input: unknown
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
  /** The key was known, and not written for this call. */
  readonly isKnown: boolean
  readonly #owner: PlaceOwner

  constructor(owner: PlaceOwner, key: string, isKnown: boolean) {
    this.partition = owner.partition
    this.key = key
    this.rules = owner.rules
    this.isKnown = isKnown
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
    return new CachePlace(this.#owner, this.#owner.prefix + exact, false)
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
  const owner = ownerOf(call, rules)
  if (owner === undefined) return undefined
  const known = rules.fields === undefined ? call.record.knownKeys.find(owner.session, call.input) : undefined
  if (known !== undefined) return new CachePlace(owner, known, true)
  const exact = exactKey(call.input, rules.fields)
  if ('text' in exact) return new CachePlace(owner, owner.prefix + exact.text, false)
  call.engine.warn(call.toolName, exact.fault)
  return undefined
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
