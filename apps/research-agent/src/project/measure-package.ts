import { lstatSync, readdirSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { InstalledPackage, PackageFile } from './installed-package.ts'

/** How many of the largest files and types are kept. */
const kept = 5

/** What lies in a package's directory. */
export type PackageSize = Pick<InstalledPackage, 'bytes' | 'files' | 'largestFiles' | 'bytesByType' | 'documents'>

/** The size of a package that is not measured. */
export const unmeasured: PackageSize = { bytes: 0, files: 0, largestFiles: [], bytesByType: [], documents: [] }

/** Adds up the files of a package; packages installed inside it are not its own. */
export function measurePackage(directory: string): PackageSize {
  const files = listFiles(directory)
  const documents = files.map(({ path }) => path).filter((path) => /\.(md|markdown)$/i.test(path))
  return {
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: files.length,
    largestFiles: files.toSorted(bySize).slice(0, kept),
    bytesByType: sumByType(files).toSorted(bySize).slice(0, kept),
    documents: documents.toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other)),
  }
}

function listFiles(directory: string): PackageFile[] {
  const files: PackageFile[] = []
  const open = [directory]
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules') open.push(path)
      else if (entry.isFile()) files.push({ path: relative(directory, path), bytes: lstatSync(path).size })
    }
  }
  return files
}

function sumByType(files: readonly PackageFile[]): { type: string; bytes: number }[] {
  const byType = Map.groupBy(files, ({ path }) => extname(path) || 'no extension')
  return [...byType].map(([type, of]) => ({ type, bytes: of.reduce((sum, { bytes }) => sum + bytes, 0) }))
}

function bySize(one: { readonly bytes: number }, other: { readonly bytes: number }): number {
  return other.bytes - one.bytes
}

function rank(path: string): number {
  if (/^readme\./i.test(path)) return 0
  return /^(change(log|s)|history|releases?)\./i.test(path) ? 1 : 2
}
