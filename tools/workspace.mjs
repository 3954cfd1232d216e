import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.mjs'

/** The workspace packages of a folder (`packages`, `apps`), each with its manifest. */
export function listPackages(folder) {
  const parent = join(root, folder)
  if (!existsSync(parent)) return []
  return readdirSync(parent)
    .toSorted()
    .map((name) => join(parent, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) }))
}
