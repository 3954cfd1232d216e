import type { InstalledPackage } from './installed-package.ts'

/** An installed package for tests; `id` is `name@version`. */
export function samplePackage(id: string, rest: Partial<InstalledPackage> = {}): InstalledPackage {
  const at = id.lastIndexOf('@')
  return {
    id,
    name: id.slice(0, at),
    version: id.slice(at + 1),
    kind: 'installed',
    license: 'MIT',
    description: '',
    directory: '/nowhere',
    bytes: 1000,
    files: 3,
    largestFiles: [],
    bytesByType: [],
    engines: undefined,
    repository: undefined,
    homepage: undefined,
    hasInstallScript: false,
    types: undefined,
    documents: [],
    dependencies: [],
    ...rest,
  }
}
