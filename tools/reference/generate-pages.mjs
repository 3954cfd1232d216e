import { join } from 'node:path'
import { Application, Comment, Converter, TSConfigReader } from 'typedoc'
import { listEntryPoints, root } from './entry-points.mjs'
import { ReferenceRouter } from './reference-router.mjs'
import { ReferenceTheme } from './reference-theme.mjs'

const options = {
  tsconfig: join(root, 'tools/reference/tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  router: 'reference',
  theme: 'reference',
  logLevel: 'Warn',
  readme: 'none',
  disableSources: true,
  disableGit: true,
  skipErrorChecking: true, // types have a step of their own
  excludeExternals: true,
  excludePrivate: true,
  sortEntryPoints: false,
  sort: ['source-order'],
  expandObjects: true,
  expandParameters: true,
  requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Method'],
  // The method by which a function type takes narrower parameters; the comment is the type's.
  intentionallyNotDocumented: ['InvalidatePolicy', 'NormalizeField', 'TagResult'].map(
    (name) => `@headrace/core.${name}.__type.of`,
  ),
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
}

/**
 * Writes a page for each entry point of the packages, and one of all of them. False where a comment is missing or leads
 * nowhere: it has been told on stderr.
 * @param {string} folder
 */
export async function generatePages(folder) {
  const entryPoints = listEntryPoints()
  const app = await Application.bootstrapWithPlugins(
    {
      ...options,
      entryPoints: entryPoints.map(({ source }) => source),
      packagesRequiringDocumentation: entryPoints.map(({ name }) => name),
      outputs: [{ name: 'markdown', path: folder }],
    },
    [new TSConfigReader()],
  )
  app.renderer.defineRouter('reference', ReferenceRouter)
  app.renderer.defineTheme('reference', ReferenceTheme)
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => describeModules(project, entryPoints))
  const project = app.converter.convert(underTheirNames(app.getEntryPoints(), entryPoints))
  app.validate(project)
  await app.generateOutputs(project)
  return !app.logger.hasErrors() && !app.logger.hasWarnings()
}

/** An entry point is called what its users import. */
function underTheirNames(found, entryPoints) {
  return found.map((entryPoint) => {
    const { name } = entryPoints.find(({ source }) => source === entryPoint.sourceFile.fileName)
    return { ...entryPoint, displayName: name }
  })
}

/** What the main entry of a package is, its manifest says; the others say it in a comment with `@module`. */
function describeModules(project, entryPoints) {
  for (const { name, isMain, description } of entryPoints) {
    const module = project.children.find((child) => child.name === name)
    if (isMain) module.comment = new Comment([{ kind: 'text', text: `${description}.` }])
    if (!module.hasComment()) throw new Error(`${name} has no comment with @module that says what it is`)
  }
}
