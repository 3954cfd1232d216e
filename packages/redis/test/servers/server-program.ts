import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A server that tools/servers/install.mjs gets: Redis 7 or Redis 8. */
export type ServerName = 'redis' | 'redis8'

const path = (name: ServerName): string => fileURLToPath(new URL(`../../../../.servers/${name}`, import.meta.url))
const told = new Set<ServerName>()

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
  if (existsSync(path(name)) || process.env.CI === 'true') return false
  if (!told.has(name)) {
    told.add(name)
    process.stderr.write(
      `\nSKIPPED: tests on ${name}, which is missing. Run: node tools/servers/install.mjs ${name}\n\n`,
    )
  }
  return true
}
