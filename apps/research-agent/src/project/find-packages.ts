import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Where pnpm and bun keep the packages themselves; node_modules then holds links to them. */
const virtualStores = ['.pnpm', '.bun']

/**
 * Finds the directories of all packages under the given node_modules directories, in npm's flat or nested layout and
 * in pnpm's linked one. Each directory is given once, by its real path; links to a workspace's own packages are not.
 */
export function findPackages(nodeModules: readonly string[]): string[] {
  const found = new Set<string>()
  const visited = new Set<string>()
  const visit = (directory: string): void => {
    if (visited.has(directory)) return
    visited.add(directory)
    for (const path of listPackages(directory)) take(path)
    for (const store of virtualStores) {
      for (const { name } of entriesOf(join(directory, store))) visit(join(directory, store, name, 'node_modules'))
    }
  }
  const take = (path: string): void => {
    const directory = realPathOf(path)
    if (directory === undefined || found.has(directory)) return
    if (!directory.includes(`${sep}node_modules${sep}`)) return
    if (!existsSync(join(directory, 'package.json'))) return
    found.add(directory)
    visit(join(directory, 'node_modules'))
    // In a virtual store a package's dependencies lie beside it: so those of a workspace's member are found too.
    if (virtualStores.some((store) => directory.includes(`${sep}${store}${sep}`))) visit(surroundings(directory))
  }
  for (const directory of nodeModules) visit(directory)
  return [...found].toSorted()
}

/** What looks like a package in a node_modules directory: entries, and those of scopes. */
function listPackages(nodeModules: string): string[] {
  return entriesOf(nodeModules).flatMap(({ name }) => {
    const path = join(nodeModules, name)
    if (name.startsWith('.')) return []
    return name.startsWith('@') ? entriesOf(path).map((scoped) => join(path, scoped.name)) : [path]
  })
}

/** The node_modules directory that a package lies in. */
function surroundings(directory: string): string {
  const parent = dirname(directory)
  return parent.endsWith(`${sep}node_modules`) ? parent : dirname(parent)
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
