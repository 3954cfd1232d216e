/** Why one package names another in its package.json. */
export type DependencyKind = 'runtime' | 'peer' | 'optional' | 'development'

/** One line of a package.json's dependencies. */
export interface Dependency {
  readonly name: string
  readonly range: string
  readonly kind: DependencyKind
  /** The `name@version` that Node would load from there; undefined where it is not installed. */
  readonly resolved: string | undefined
}

/** One file of a package. */
export interface PackageFile {
  /** Relative to the package's directory. */
  readonly path: string
  readonly bytes: number
}

/** A package as it lies on the disk: one per name and version. */
export interface InstalledPackage {
  /** `name@version`. */
  readonly id: string
  readonly name: string
  readonly version: string
  /** `workspace`: the project itself and its own packages, of which only the package.json is read. */
  readonly kind: 'installed' | 'workspace'
  /** The SPDX expression as the package.json has it, or `UNKNOWN`. */
  readonly license: string
  readonly description: string
  readonly directory: string
  readonly bytes: number
  readonly files: number
  /** The largest five, the largest first. */
  readonly largestFiles: readonly PackageFile[]
  /** Bytes of the five file extensions that take the most. */
  readonly bytesByType: readonly { readonly type: string; readonly bytes: number }[]
  readonly engines: string | undefined
  readonly repository: string | undefined
  readonly homepage: string | undefined
  readonly hasInstallScript: boolean
  /** The entry's type declarations, relative to `directory`. */
  readonly types: string | undefined
  /** Markdown files, relative to `directory`. */
  readonly documents: readonly string[]
  readonly dependencies: readonly Dependency[]
}
