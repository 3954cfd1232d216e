import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const manifest = z.record(z.string(), z.unknown())

/** Reads a directory's package.json; undefined where there is none that is a JSON object. */
export function readManifest(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return manifest.safeParse(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))).data
  } catch {
    return undefined // Missing, or not JSON: fixtures inside packages often hold such files.
  }
}
