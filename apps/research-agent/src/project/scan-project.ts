import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setImmediate as nextLoop } from 'node:timers/promises'
import { describePackage, type PackageDescription } from './describe-package.ts'
import { findPackages } from './find-packages.ts'
import { findWorkspaces } from './find-workspaces.ts'
import type { Dependency, InstalledPackage } from './installed-package.ts'
import { measurePackage, unmeasured } from './measure-package.ts'
import { ProjectError } from './project-error.ts'
import { readManifest } from './read-manifest.ts'

/** Beyond this a scan would take longer than anyone waits for a demo. */
const maxPackages = 3000

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined
  /** Told how many packages were read, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** A project and what is installed in it. */
export interface Project {
  readonly directory: string
  readonly packages: readonly InstalledPackage[]
  /** Packages that were found and not read, because there are too many. */
  readonly skipped: number
}

interface Found extends PackageDescription {
  readonly directory: string
  readonly kind: InstalledPackage['kind']
}

/** Reads every package that is installed in a project. Throws a ProjectError that says what to do. */
export async function scanProject(path: string, options: ScanOptions = {}): Promise<Project> {
  const { signal, onProgress } = options
  const directory = resolve(path)
  checkProject(directory)
  const workspaces = findWorkspaces(directory)
  const nodeModules = [directory, ...workspaces].map((workspace) => join(workspace, 'node_modules'))
  const directories = findPackages(nodeModules)
  if (directories.length === 0) throw noPackages(directory)

  const found = describeAll(workspaces, directories.slice(0, maxPackages))
  const byDirectory = new Map(found.map((one) => [one.directory, `${one.name}@${one.version}`]))
  const packages = new Map<string, InstalledPackage>()
  for (const [index, one] of found.entries()) {
    signal?.throwIfAborted()
    const id = `${one.name}@${one.version}`
    if (!packages.has(id)) packages.set(id, toPackage(id, one, byDirectory))
    if (index % 20 === 0) {
      onProgress?.(index, found.length)
      await nextLoop()
    }
  }
  onProgress?.(found.length, found.length)
  return { directory, packages: [...packages.values()], skipped: Math.max(0, directories.length - maxPackages) }
}

function checkProject(directory: string): void {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new ProjectError(`${directory} is no directory. Give the root of a JavaScript project: --project <dir>`)
  }
  if (existsSync(join(directory, 'node_modules'))) return
  if (existsSync(join(directory, '.pnp.cjs'))) {
    throw new ProjectError(
      `${directory} keeps its packages in zip files (Yarn Plug'n'Play), which this demo does not read. ` +
        `Set "nodeLinker: node-modules" in .yarnrc.yml and run yarn install, or choose another project: --project <dir>`,
    )
  }
  throw noPackages(directory)
}

function noPackages(directory: string): ProjectError {
  return new ProjectError(
    `nothing is installed in ${join(directory, 'node_modules')}. ` +
      `Run npm install (or pnpm install) in ${directory} first, or choose another project: --project <dir>`,
  )
}

function describeAll(workspaces: readonly string[], installed: readonly string[]): Found[] {
  const describe = (directory: string, kind: Found['kind']): Found[] => {
    const description = describePackage(readManifest(directory) ?? {})
    return description === undefined ? [] : [{ ...description, directory, kind }]
  }
  return [
    ...workspaces.flatMap((directory) => describe(directory, 'workspace')),
    ...installed.flatMap((directory) => describe(directory, 'installed')),
  ]
}

function toPackage(id: string, found: Found, byDirectory: ReadonlyMap<string, string>): InstalledPackage {
  const { declared, ...facts } = found
  const size = found.kind === 'installed' ? measurePackage(found.directory) : unmeasured
  // What a dependency needs for its own development is never installed with it.
  const wanted = declared.filter(({ kind }) => found.kind === 'workspace' || kind !== 'development')
  const dependencies = wanted.map(
    (one): Dependency => ({ ...one, resolved: resolveFrom(found.directory, one.name, byDirectory) }),
  )
  return { id, ...facts, ...size, dependencies }
}

/** Looks for a package as Node does: in the node_modules of the directory, then of each one above it. */
function resolveFrom(from: string, name: string, byDirectory: ReadonlyMap<string, string>): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name)
    if (existsSync(candidate)) return byDirectory.get(realpathSync(candidate))
    if (directory === dirname(directory)) return undefined
  }
}
