import { toolFailure } from '@headrace/core'
import { compare } from 'semver'
import type { InstalledPackage } from '../project/installed-package.ts'

/** Finds installed packages by `name` or `name@version`. */
export interface PackageIndex {
  readonly names: readonly string[]
  /** The package, of a bare name the newest one; throws a toolFailure for a model where there is none. */
  get(reference: string): InstalledPackage
}

/** Makes the index. Workspace packages are not in it: they are the project's own work. */
export function indexPackages(packages: readonly InstalledPackage[]): PackageIndex {
  const byName = new Map<string, InstalledPackage[]>()
  for (const one of packages) {
    if (one.kind === 'installed') byName.set(one.name, [...(byName.get(one.name) ?? []), one])
  }
  for (const versions of byName.values()) versions.sort((one, other) => compare(other.version, one.version, true))
  return {
    names: [...byName.keys()],
    get(reference) {
      const at = reference.indexOf('@', 1)
      const [name, version] = at < 0 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)]
      const versions = byName.get(name) ?? []
      const found = version === undefined ? versions[0] : versions.find((one) => one.version === version)
      if (found !== undefined) return found
      throw toolFailure({
        message: `${reference} is not installed`,
        hint: adviceFor(name, versions, byName),
        blame: 'caller',
      })
    },
  }
}

function adviceFor(name: string, versions: readonly InstalledPackage[], all: ReadonlyMap<string, unknown>): string {
  if (versions.length > 0) return `Installed are: ${versions.map(({ id }) => id).join(', ')}.`
  const bare = name.split('/').at(-1) ?? name
  const alike = [...all.keys()].filter((other) => other.includes(bare)).slice(0, 5)
  return alike.length > 0 ? `Alike are: ${alike.join(', ')}.` : 'Look for its name with query_packages first.'
}
