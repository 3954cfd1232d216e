import { defineTool } from '@headrace/core'
import { coerce, compare, parse } from 'semver'
import { z } from 'zod'
import { findDocument } from '../../project/find-document.ts'
import type { PackageIndex } from '../package-index.ts'
import { documentPolicy } from './document-policy.ts'
import { readDocument } from './read-document.ts'
import { readSections, type Section } from './read-sections.ts'

/** What a package's changelog says about the releases between two versions. */
export function changesTool(packages: PackageIndex) {
  return defineTool({
    name: 'changes_between',
    description:
      'Reads from the changelog of an installed package what changed after one version, up to and with another. ' +
      '`file` is null where the package ships no changelog.',
    inputSchema: z.object({
      package: z.string().describe('the name'),
      from: z.string().describe('the older version'),
      to: z.string().describe('the newer version, which must be installed'),
    }),
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    policy: documentPolicy,
    execute({ package: name, from, to }) {
      const installed = packages.get(`${name}@${to}`)
      const file = findDocument(installed, 'changelog')
      if (file === undefined) return { id: installed.id, file: null, releases: [] }
      const releases = releasesOf(readSections(readDocument(installed.directory, file)))
      const wanted = releases.filter(({ version }) => isBetween(version, from, to))
      return { id: installed.id, file, releases: wanted.slice(0, 30) }
    },
  })
}

/** A version's notes reach as far as the next version's heading, whatever the depths of the headings between them. */
function releasesOf(sections: readonly Section[]): { version: string; text: string }[] {
  const releases: { version: string; text: string }[] = []
  for (const section of sections) {
    const version = versionOf(section)
    const current = releases.at(-1)
    if (version !== undefined) releases.push({ version, text: section.text.trim() })
    else if (current !== undefined) current.text += `\n${section.heading}\n${section.text.trim()}`
  }
  return releases.map(({ version, text }) => ({ version, text: text.trim().slice(0, 1500) }))
}

/** The version in a heading like `8.0.0`, `[8.0.0] - 2026-01-01`, `v8.0.0 (2026-01-01)` or `name@8.0`. */
function versionOf({ heading }: Section): string | undefined {
  const match = /(?:^|[\s@v[(])(\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)/i.exec(heading)?.[1]
  if (match === undefined) return undefined
  return (parse(match) ?? coerce(match))?.version
}

function isBetween(version: string, from: string, to: string): boolean {
  return compare(version, from, true) > 0 && compare(version, to, true) <= 0
}
