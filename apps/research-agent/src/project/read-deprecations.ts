import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const entry = z.object({ version: z.string().optional(), deprecated: z.union([z.string(), z.boolean()]).optional() })
const lockfile = z.object({ packages: z.record(z.string(), entry).optional() })

/** Reads from the lockfile which of the installed packages their authors have deprecated: `name@version` to why. */
export function readDeprecations(project: string): ReadonlyMap<string, string> {
  const { packages = {} } = readLockfile(project)
  return new Map(
    Object.entries(packages).flatMap(([key, { version, deprecated }]) => {
      if (!deprecated) return []
      return [[idOf(key, version), deprecated === true ? 'deprecated' : deprecated] as const]
    }),
  )
}

function readLockfile(project: string): z.infer<typeof lockfile> {
  const npm = join(project, 'package-lock.json')
  const pnpm = join(project, 'pnpm-lock.yaml')
  const content = existsSync(pnpm)
    ? parse(readFileSync(pnpm, 'utf8'))
    : existsSync(npm)
      ? JSON.parse(readFileSync(npm, 'utf8'))
      : {}
  return lockfile.safeParse(content).data ?? {}
}

/** npm's keys are paths, `node_modules/a/node_modules/b`; pnpm's are `b@1.0.0` already. */
function idOf(key: string, version: string | undefined): string {
  const name = key.split('node_modules/').at(-1) ?? key
  return version === undefined ? name : `${name}@${version}`
}
