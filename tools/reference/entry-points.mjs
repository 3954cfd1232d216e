import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const readManifest = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

/**
 * Every entry point of the published packages, under the name that users import. A package stands behind those that it
 * needs, so that what it exports of theirs is told on their page.
 * @returns {{ name: string, source: string, isMain: boolean, description: string }[]}
 */
export function listEntryPoints() {
  const packages = readdirSync(join(root, 'packages'))
    .toSorted()
    .map((name) => ({ folder: `packages/${name}`, manifest: readManifest(`packages/${name}`) }))
    .filter(({ manifest }) => !manifest.private)
  return inOrderOfNeed(packages).flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).flatMap(([key, { '@headrace/source': source }]) => {
      if (source === undefined) return []
      const { name, description } = manifest
      return { name: name + key.slice(1), source: join(root, folder, source), isMain: key === '.', description }
    }),
  )
}

function inOrderOfNeed(packages) {
  const ordered = []
  const needs = ({ dependencies, peerDependencies }) => Object.keys({ ...dependencies, ...peerDependencies })
  const place = (one) => {
    if (ordered.includes(one)) return
    const needed = needs(one.manifest)
    for (const other of packages) if (needed.includes(other.manifest.name)) place(other)
    ordered.push(one)
  }
  for (const one of packages) place(one)
  return ordered
}
