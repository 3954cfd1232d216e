import type { ToolError } from '../../../errors/tool-error.ts'
import { notPlain, ownCopy } from '../../../json/plain-json.ts'
import { isBackendFailure } from '../../../policies/cache/entry/backend-failure.ts'
import { anyTag, checkedTags, sessionTag } from '../../../policies/cache/entry/cache-tags.ts'
import { contentEntry } from '../../../policies/cache/entry/content-entry.ts'
import { lifeOf, mayStandIn } from '../../../policies/cache/entry/freshness.ts'
import { storedError, storedOutput } from '../../../policies/cache/entry/stored-value.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import type { CallSink } from '../../engine/call-sink.ts'
import type { Engine } from '../../engine/engine.ts'
import type { SharedEnd } from '../../engine/shared-run.ts'
import type { FlightPlan } from './flight-plan.ts'
import { storedAnswer } from './stored-answer.ts'

/** An execution whose result may be kept. */
interface KeptRun extends CallSink {
  readonly engine: Engine
  readonly toolName: string
  readonly callId: string
  readonly input: unknown
  readonly plan: FlightPlan
  /** The lease under which it runs. */
  readonly token: string | undefined
  storeWaitedMs: number
}

/** Keeps what a run gave, and says how it ends: with a frozen copy, where it is plain JSON. */
export function keepOutput(run: KeptRun, value: unknown): SharedEnd {
  const output = ownCopy(value)
  if (output === notPlain) run.engine.warn(run.toolName, 'output-not-json')
  const entry = output === notPlain ? undefined : entryOf(run, output)
  if (entry === undefined) endLease(run)
  else keepInLayers(run, entry)
  return { output: output === notPlain ? value : output }
}

/**
 * Says how a run ends that has failed: with a stale result, where the policy lets one stand in, else with the error,
 * which is kept where the policy says so.
 */
export function keepError(run: KeptRun, error: ToolError): SharedEnd {
  const spare = isBackendFailure(error) ? standIn(run) : undefined
  const entry = spare === undefined ? negativeEntryOf(run, error) : undefined
  if (entry === undefined) endLease(run)
  else endLease(run, put(run, entry))
  return spare ?? { error }
}

/** Lets others compute the value, unless it was stored: then it is there for them. */
export function endLease({ engine, plan, token }: KeptRun, stored: Awaitable<boolean> = false): void {
  if (token === undefined) return
  const end = (isStored: boolean): void => {
    if (!isStored) engine.results.store.release(plan.place, token)
  }
  if (typeof stored === 'boolean') end(stored)
  else void stored.then(end)
}

function standIn(run: KeptRun): SharedEnd | undefined {
  const { engine, plan } = run
  const { stale, place } = plan
  const now = engine.clock.now()
  if (stale === undefined || !mayStandIn(stale, place.rules, now)) return undefined
  // it may have been taken back meanwhile
  const { results } = engine
  const kept = results.store.answersAtOnce ? results.store.get(place, run, now) : stale
  if (results.isBanned(place, stale.id) || kept === undefined || ('id' in kept && kept.id !== stale.id))
    return undefined
  const ageMs = Math.max(0, now - stale.storedAt)
  const answer = storedAnswer(run, stale.value, ageMs)
  if (answer === undefined) return undefined
  results.note(stale.id, place, place.key)
  return { ...answer, cache: { layer: 'stale', ageMs, entryId: stale.id } }
}

function entryOf(run: KeptRun, output: unknown): CacheEntry | undefined {
  const { engine, plan, toolName } = run
  const { rules } = plan.place
  if (rules.ttlMs === 0) return undefined
  let tags: readonly string[] = []
  try {
    if (rules.tags !== undefined) tags = checkedTags(rules.tags(run.input, output), 'cache.tags')
  } catch {
    // what it depends on is not known: no write could remove it
    engine.warn(toolName, 'tags-failed')
    return undefined
  }
  const { storedAt, expiresAt, staleUntil } = lifeOf(rules, engine.clock.now())
  const value = storedOutput(output)
  return { id: engine.entryId(), value, storedAt, expiresAt, staleUntil, tags: allTags(plan, tags) }
}

/** What an error depends on is not known: any write may have made it right. */
function negativeEntryOf({ engine, plan }: KeptRun, error: ToolError): CacheEntry | undefined {
  const { negative, tags } = plan.place.rules
  if (negative === undefined || negative.ttlMs === 0 || !negative.codes.has(error.code)) return undefined
  const now = engine.clock.now()
  const given = tags === undefined ? [] : [anyTag]
  return {
    id: engine.entryId(),
    value: storedError(error),
    storedAt: now,
    expiresAt: now + negative.ttlMs,
    tags: allTags(plan, given),
  }
}

function allTags({ place }: FlightPlan, tags: readonly string[]): readonly string[] | undefined {
  if (place.session !== undefined) return [...tags, sessionTag(place.session)]
  return tags.length === 0 ? undefined : tags
}

/** Stores an entry under its own key; false where what was known at the beginning does not hold any more. */
function put(run: KeptRun, entry: CacheEntry): Awaitable<boolean> {
  const { engine, plan, token } = run
  const { place, epoch } = plan
  const { results } = engine
  const isUnsure = place.isGuarded && epoch === undefined
  if (isUnsure || plan.generation !== results.generation) return false
  const stored = results.store.set(place, entry, { epoch, token })
  if (stored === true && run.isListening) run.emit({ type: 'cache-store' })
  return stored
}

/** The other layers follow the exact one: without it they would find nothing. */
function keepInLayers(run: KeptRun, entry: CacheEntry): void {
  const stored = put(run, entry)
  endLease(run, stored)
  if (run.plan.place.rules.fields === undefined) return
  const follow = (isStored: boolean): void => {
    if (isStored) keepFuzzy(run, entry)
  }
  if (typeof stored === 'boolean') follow(stored)
  else void stored.then(follow)
}

function keepFuzzy({ engine, plan }: KeptRun, entry: CacheEntry): void {
  const { place, epoch, vector } = plan
  const { semantic } = place.rules
  const content = place.content()
  if (content === undefined) return
  void engine.results.store.set(content, contentEntry(entry, place.exact), { epoch })
  const question = vector === undefined ? undefined : place.semantic()
  if (semantic === undefined || vector === undefined || question === undefined) return
  const found = { bucket: question.bucket, id: place.exact, vector, expiresAt: entry.expiresAt }
  if (place.session !== undefined) engine.results.noteOfSession(place.session, place)
  engine.store('semantic').tell(() => semantic.remember(found, { now: engine.clock.now() }))
}
