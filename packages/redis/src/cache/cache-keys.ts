import type { CacheKey } from '@headrace/core'
import { nameOf } from './stored-names.ts'

/** Every first letter of a name: the groups that partitions are spread over. A purge visits all of them. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Partitions whose names are at hand; most calls come from a few. */
const maxPlaces = 1_000

/** The same of keys, and the longest that is kept. */
const maxNames = 5_000
const maxKnownLength = 500

/** A partition in its group. */
export interface PartitionPlace {
  readonly name: string
  /** The keys of its group's epochs. */
  readonly epoch: string
  readonly tags: string
  readonly older: string
  /** What the keys of its entries and leases begin with. */
  readonly entries: string
  readonly leases: string
}

/**
 * Where things are kept. Partitions are in 64 groups by their names, a group has one hash tag: what an invalidation or a
 * purge has to reach at once is on one server, and a purge finds all of it without a look at any list of partitions.
 */
export class CacheKeys {
  /** The keys of every group's epochs. */
  readonly groups: readonly Pick<PartitionPlace, 'epoch' | 'tags' | 'older'>[]
  readonly #prefix: string
  readonly #places = new Map<string, PartitionPlace>()
  /** Names of keys, by the name of their partition, which is of one length, and the key. */
  readonly #names = new Map<string, string>()

  constructor(prefix: string) {
    this.#prefix = prefix
    this.groups = letters.split('').map((letter) => this.#placeOf(letter))
  }

  place(partition: string): PartitionPlace {
    const known = this.#places.get(partition)
    if (known !== undefined) return known
    if (this.#places.size >= maxPlaces) this.#places.clear()
    const place = this.#placeOf(nameOf(partition))
    this.#places.set(partition, place)
    return place
  }

  entry({ partition, key }: CacheKey): string {
    const place = this.place(partition)
    return place.entries + this.#nameIn(place, key)
  }

  lease({ partition, key }: CacheKey): string {
    const place = this.place(partition)
    return place.leases + this.#nameIn(place, key)
  }

  /** Where a hash costs more than to find it: for the keys that are asked for again and again. */
  #nameIn({ name }: PartitionPlace, key: string): string {
    if (key.length > maxKnownLength) return nameOf(name, key)
    const text = name + key
    const known = this.#names.get(text)
    if (known !== undefined) return known
    if (this.#names.size >= maxNames) this.#names.clear()
    const fresh = nameOf(name, key)
    this.#names.set(text, fresh)
    return fresh
  }

  #placeOf(name: string): PartitionPlace {
    const group = `${this.#prefix}cache:{${name.charAt(0)}}:`
    return {
      name,
      epoch: `${group}epoch`,
      tags: `${group}tags`,
      older: `${group}tags-older`,
      entries: `${group}entry:`,
      leases: `${group}lease:`,
    }
  }
}
