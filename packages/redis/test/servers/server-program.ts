import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A server that tools/servers/install.mjs gets: Redis 7 or Redis 8. */
export type ServerName = 'redis' | 'redis8'

const path = (name: ServerName): string => fileURLToPath(new URL(`../../../../.servers/${name}`, import.meta.url))
const told = new Set<string>()

/** The program of a server; throws with what to do where it is missing. */
export function serverProgram(name: ServerName): string {
  const program = path(name)
  if (existsSync(program)) return program
  throw new Error(`there is no ${program}: run "node tools/servers/install.mjs ${name}"`)
}

/**
 * Whether tests that need a server have to be skipped: `describe.skipIf(isServerMissing('redis8'))(…)`. It says so loudly.
 * On CI (`CI=true`) it is always false, so that those tests run and fail with what is missing.
 */
export function isServerMissing(name: ServerName): boolean {
  return mayBeMissing() && !existsSync(path(name)) && skip(name, `run "node tools/servers/install.mjs ${name}"`)
}

/** The same for openssl, which makes the certificate of a Redis with TLS. */
export function isOpensslMissing(): boolean {
  return mayBeMissing() && spawnSync('openssl', ['version']).status !== 0 && skip('openssl', 'install it')
}

const mayBeMissing = (): boolean => process.env.CI !== 'true'

function skip(name: string, remedy: string): true {
  if (!told.has(name)) process.stderr.write(`\nSKIPPED: tests on ${name}, which is missing: ${remedy}\n\n`)
  told.add(name)
  return true
}
