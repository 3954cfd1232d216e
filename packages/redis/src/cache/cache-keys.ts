import type { CacheKey } from '@headrace/core'
import { nameOf } from './stored-names.ts'

/** Every first letter of a name: the groups that partitions are spread over. A purge visits all of them. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Where things are kept. Partitions are in 64 groups by their names, a group has one hash tag: what an invalidation or a
 * purge has to reach at once is on one server, and a purge finds all of it without a look at any list of partitions.
 */
export class CacheKeys {
  /** The keys of every group's epochs. */
  readonly allEpochs: readonly string[]
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
    this.allEpochs = letters.split('').map((letter) => this.epochs(letter))
  }

  /** The key of the epochs of a partition's group; given the partition's name, or its first letter. */
  epochs(partitionName: string): string {
    return `${this.#prefix}cache:{${partitionName.charAt(0)}}:epochs`
  }

  entry(partitionName: string, { partition, key }: CacheKey): string {
    return `${this.#prefix}cache:{${partitionName.charAt(0)}}:entry:${nameOf(partition, key)}`
  }

  lease(partitionName: string, { partition, key }: CacheKey): string {
    return `${this.#prefix}cache:{${partitionName.charAt(0)}}:lease:${nameOf(partition, key)}`
  }
}
