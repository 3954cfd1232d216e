import type { Behaviour } from './misbehaviour.ts'

/** How often the service did what, since its start: lets a client check its own account against the service's. */
export type Ledger = Readonly<Record<Behaviour['kind'], number>>

/** Makes an empty ledger that counts. */
export function createLedger(): { count(kind: Behaviour['kind']): void; read(): Ledger } {
  const counts = { answer: 0, 'rate-limit': 0, unavailable: 0, outage: 0, reset: 0, hang: 0 }
  return {
    count(kind) {
      counts[kind] += 1
    },
    read: () => ({ ...counts }),
  }
}
