import type { InstalledPackage } from '../project/installed-package.ts'
import type { PackageFacts, PackageFiles } from './package-metadata.ts'

/** What the service knows. */
export interface MetadataSource {
  readonly packages: ReadonlyMap<string, InstalledPackage>
  readonly deprecations: ReadonlyMap<string, string>
}

/** A request's path, taken apart. */
export interface MetadataPath {
  readonly name: string
  readonly version: string
  readonly part: 'facts' | 'files' | 'provenance'
}

/** Takes `/packages/<name>/<version>/<part>` apart, names encoded; undefined for any other path. */
export function parsePath(path: string): MetadataPath | undefined {
  const match = /^\/packages\/([^/]+)\/([^/]+)\/(facts|files|provenance)$/.exec(path)
  if (match === null) return undefined
  const [, name = '', version = '', part = ''] = match
  try {
    return { name: decodeURIComponent(name), version: decodeURIComponent(version), part: part as MetadataPath['part'] }
  } catch {
    return undefined // A broken percent escape.
  }
}

/** The answer to a request that is to be answered; undefined where there is nothing like it. */
export function answerRequest(source: MetadataSource, path: MetadataPath): PackageFacts | PackageFiles | undefined {
  const installed = source.packages.get(`${path.name}@${path.version}`)
  if (installed === undefined || path.part === 'provenance') return undefined
  return path.part === 'facts' ? factsOf(installed, source) : filesOf(installed)
}

function factsOf(installed: InstalledPackage, { deprecations }: MetadataSource): PackageFacts {
  const { id, license, description, bytes, files, engines, repository, homepage, hasInstallScript } = installed
  return {
    id,
    license,
    description,
    bytes,
    files,
    engines: engines ?? null,
    repository: repository ?? null,
    homepage: homepage ?? null,
    hasInstallScript,
    deprecated: deprecations.get(id) ?? null,
  }
}

function filesOf({ id, files, largestFiles, bytesByType }: InstalledPackage): PackageFiles {
  return { id, files, largest: [...largestFiles], byType: [...bytesByType] }
}
