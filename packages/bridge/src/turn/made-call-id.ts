const prefix = 'made-'

/** An id for a call that came without one. A provider that matches by order is answered without it. */
export function makeCallId(): string {
  return `${prefix}${crypto.randomUUID()}`
}

/** Whether {@link makeCallId} made the id, so that the provider does not know it. */
export function isMadeCallId(callId: string): boolean {
  return callId.startsWith(prefix)
}
