import { defineTool } from '@headrace/core'
import { z } from 'zod'
import type { PackageIndex } from '../package-index.ts'
import { documentPolicy } from './document-policy.ts'
import { readDocument } from './read-document.ts'
import { readSections, withSubsections } from './read-sections.ts'
import { requireDocument } from './require-document.ts'

/** The sections of a README or another Markdown file of an installed package. */
export function sectionsTool(packages: PackageIndex) {
  return defineTool({
    name: 'read_sections',
    description:
      'Reads sections of a Markdown document of an installed package: those whose heading has one of the given words, ' +
      'or the first ones. Lists all headings too.',
    inputSchema: z.object({
      package: z.string().describe('name, or name@version'),
      document: z.string().default('readme').describe("'readme', 'changelog', or a path that search_docs gave"),
      words: z.array(z.string()).default([]).describe('words to look for in the headings; case does not matter'),
      limit: z.int().min(1).max(10).default(3).describe('how many sections'),
    }),
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    policy: documentPolicy,
    execute({ package: reference, document, words, limit }) {
      const installed = packages.get(reference)
      const file = requireDocument(installed, document)
      const sections = readSections(readDocument(installed.directory, file))
      const wanted = words.map((word) => word.toLowerCase())
      const matches = sections.flatMap(({ heading }, index) => {
        const fits = wanted.length === 0 || wanted.some((word) => heading.toLowerCase().includes(word))
        return fits ? [{ heading, text: withSubsections(sections, index).slice(0, 2000) }] : []
      })
      return {
        id: installed.id,
        file,
        headings: sections.flatMap(({ heading }) => heading || []).slice(0, 60),
        sections: matches.slice(0, limit),
      }
    },
  })
}
