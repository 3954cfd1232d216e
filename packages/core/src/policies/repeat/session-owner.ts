/** Names whoever makes the calls of a session: sessions of two tenants may have one name. */
export function sessionOwner(tenant: string | undefined, session: string): string {
  return JSON.stringify([tenant ?? null, session])
}

/** Whether it is the owner of this session, of whichever tenant. */
export function isOfSession(owner: string, session: string): boolean {
  return owner.endsWith(`,${JSON.stringify(session)}]`) && (JSON.parse(owner) as unknown[])[1] === session
}
