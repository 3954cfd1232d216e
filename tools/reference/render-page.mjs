import { headingOf } from './reference-router.mjs'
import { renderExport } from './render-export.mjs'
import { referencesOf, sectionsOf } from './sections.mjs'

const note =
  'Every function and type that the packages export, from the comments in their sources. These pages are generated: change ' +
  'the comment, then run `npm run reference`.'

/** The page of all entry points, a line for each. */
export function renderIndex(context, project) {
  const lines = project.children.map((module) => `| ${linkTo(context, module)} | ${about(context, module)} |`)
  return [
    '# API reference',
    `${note} [The guide](../guide.md) shows how they are used.`,
    ['| entry point | what it is |', '|---|---|', ...lines].join('\n'),
  ].join('\n\n')
}

/** The page of an entry point. */
export function renderModule(context, module) {
  const sections = sectionsOf(module)
  return [
    `# ${module.name}`,
    about(context, module),
    `[All entry points](README.md) · [The guide](../guide.md) · [The package](${packageOf(module)})`,
    '## Contents',
    renderContents(context, module),
    ...sections.flatMap(({ title, children }) => [
      `## ${title}`,
      ...children.map((child) => renderExport(context, child)),
    ]),
  ].join('\n\n')
}

function renderContents(context, module) {
  const anchors = context.router.sectionAnchors.get(module)
  const rows = sectionsOf(module).map(({ title, children }, index) => [`[${title}](#${anchors[index]})`, children])
  const others = referencesOf(module).map((reference) => reference.getTargetReflectionDeep())
  if (others.length > 0) rows.push(['Exported here too', others])
  const lines = rows.map(
    ([title, exports]) => `| ${title} | ${exports.map((one) => linkTo(context, one)).join(', ')} |`,
  )
  return ['| | |', '|---|---|', ...lines].join('\n')
}

const linkTo = (context, reflection) => `[${headingOf(reflection)}](${context.urlTo(reflection)})`
const about = (context, module) => context.helpers.getCommentParts(module.comment.summary)
const packageOf = ({ name }) => `../../packages/${name.split('/')[1]}/README.md`
