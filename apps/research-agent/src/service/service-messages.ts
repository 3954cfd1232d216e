import type { InstalledPackage } from '../project/installed-package.ts'
import type { MisbehaviourOptions } from './misbehaviour.ts'

/** What the app tells the service's process, once. */
export interface ServiceStart {
  readonly project: string
  readonly packages: readonly InstalledPackage[]
  readonly seed: number
  readonly outage: MisbehaviourOptions['outage']
}

/** What the service's process tells the app. */
export type ServiceMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string }

/** Sends a message to the app; where the app is gone already, there is nobody to tell. */
export function sendToParent(message: ServiceMessage): void {
  process.send?.(message, undefined, undefined, () => {})
}
