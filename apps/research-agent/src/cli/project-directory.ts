import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ownProject = fileURLToPath(new URL('../../../..', import.meta.url))

/** The project's directory: a relative one is meant from where npm or pnpm was called, not from where the script runs. */
export function projectDirectory(
  project: string | undefined,
  { INIT_CWD }: Readonly<Record<string, string | undefined>>,
): string {
  return project === undefined ? ownProject : resolve(INIT_CWD ?? process.cwd(), project)
}
