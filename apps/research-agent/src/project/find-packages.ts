import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Where pnpm and bun keep the packages themselves; node_modules then holds links to them. */
const virtualStores = new Set(['.pnpm', '.bun'])

/**
 * Finds the directories of all packages under the given node_modules directories, in npm's flat or nested layout and
 * in pnpm's linked one. Each directory is given once, by its real path; links to a workspace's own packages are not.
 */
export function findPackages(nodeModules: readonly string[]): string[] {
  const found = new Set<string>()
  for (const directory of nodeModules) visit(directory, found)
  return [...found].toSorted()
}

function visit(nodeModules: string, found: Set<string>): void {
  for (const entry of entriesOf(nodeModules)) {
    const path = join(nodeModules, entry.name)
    if (virtualStores.has(entry.name)) visitStore(path, found)
    else if (entry.name.startsWith('.')) continue
    else if (entry.name.startsWith('@')) {
      for (const scoped of entriesOf(path)) take(join(path, scoped.name), found)
    } else take(path, found)
  }
}

function visitStore(store: string, found: Set<string>): void {
  for (const entry of entriesOf(store)) {
    if (entry.isDirectory()) visit(join(store, entry.name, 'node_modules'), found)
  }
}

function take(path: string, found: Set<string>): void {
  const directory = realPathOf(path)
  if (directory === undefined || found.has(directory)) return
  if (!directory.includes(`${sep}node_modules${sep}`)) return
  if (!existsSync(join(directory, 'package.json'))) return
  found.add(directory)
  visit(join(directory, 'node_modules'), found)
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return [] // Not there, or not a directory: nothing is installed in it.
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined // A link whose target was removed.
  }
}
