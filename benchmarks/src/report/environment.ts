import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { contenders } from '../contenders.ts'

/** Where and with what a run was made. */
export interface Environment {
  readonly node: string
  readonly cores: number
  /** Work that waited for a core when the run began: above `cores` the figures are noisy. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
}

/** Reads the environment of this process. */
export function readEnvironment(): Environment {
  const packages = new Set(Object.values(contenders).flatMap((entry) => entry.packages))
  return {
    node: process.version,
    cores: availableParallelism(),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    versions: Object.fromEntries([...packages].map((name) => [name, versionOf(name)])),
  }
}

function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
