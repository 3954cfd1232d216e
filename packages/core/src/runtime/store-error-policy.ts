import { checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'

/** What calls do while a store fails or hangs. */
export interface StoreErrorPolicy {
  /** Milliseconds of one call that all its waits for stores together may take; 100 by default. */
  readonly budget?: number | undefined
  /**
   * What takes the place of the limiter: limits of this process alone (`local`, the default), each divided by
   * `instances`; no limit (`allow`); or refusal of every call that is limited (`deny`).
   */
  readonly limiter?: 'local' | 'allow' | 'deny' | undefined
  /** How many processes share the limits, as far as is known; 1 by default. */
  readonly instances?: number | undefined
}

/** The same, complete. */
export interface StoreErrorRules {
  readonly budgetMs: number
  readonly limiter: 'local' | 'allow' | 'deny'
  readonly instances: number
}

/** Checks the options and fills in their defaults. `where` begins the message of a refusal. */
export function resolveStoreErrors(policy: StoreErrorPolicy, where: string): StoreErrorRules {
  checkKeys(`${where}: onStoreError`, policy, ['budget', 'limiter', 'instances'])
  const { budget = 100, limiter = 'local', instances = 1 } = policy
  checkNumber(where, 'onStoreError.budget', budget, { min: 0 })
  checkOneOf(where, 'onStoreError.limiter', limiter, ['local', 'allow', 'deny'])
  checkNumber(where, 'onStoreError.instances', instances, { min: 1, integer: true })
  return { budgetMs: budget, limiter, instances }
}
