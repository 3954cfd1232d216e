import { lstatSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** What lies in a package's directory. */
export interface PackageSize {
  readonly bytes: number
  readonly files: number
  /** Markdown files, relative to the directory, README and changelog first. */
  readonly documents: readonly string[]
}

/** One file of a package. */
export interface PackageFile {
  readonly path: string
  readonly bytes: number
}

/** Adds up the files of a package; packages installed inside it are not its own. */
export function measurePackage(directory: string): PackageSize {
  const files = listFiles(directory)
  const documents = files.map(({ path }) => path).filter((path) => /\.(md|markdown)$/i.test(path))
  return {
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: files.length,
    documents: documents.toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other)),
  }
}

/** Lists the files of a package with their sizes. */
export function listFiles(directory: string): PackageFile[] {
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

function rank(path: string): number {
  if (/^readme\./i.test(path)) return 0
  return /^(change(log|s)|history|releases?)\./i.test(path) ? 1 : 2
}
