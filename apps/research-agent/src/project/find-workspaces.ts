import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { readManifest } from './read-manifest.ts'

const globs = z.array(z.string())
const workspaceFile = z.object({ packages: globs.optional() })
const workspaceField = z.union([globs, z.object({ packages: globs }).transform(({ packages }) => packages)])

/** The project's own directory and those of its workspace packages, as pnpm-workspace.yaml or `workspaces` names them. */
export function findWorkspaces(project: string): string[] {
  const patterns = [...fromPnpm(project), ...fromManifest(project)]
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'))
  const exclude = [
    ...patterns.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : [])),
    '**/node_modules',
  ]
  const members = wanted.flatMap((pattern) => globSync(pattern, { cwd: project, exclude }))
  return [project, ...members.map((member) => join(project, member))].filter((directory) =>
    existsSync(join(directory, 'package.json')),
  )
}

function fromPnpm(project: string): readonly string[] {
  const file = join(project, 'pnpm-workspace.yaml')
  if (!existsSync(file)) return []
  return workspaceFile.safeParse(parse(readFileSync(file, 'utf8'))).data?.packages ?? []
}

function fromManifest(project: string): readonly string[] {
  return workspaceField.safeParse(readManifest(project)?.workspaces).data ?? []
}
