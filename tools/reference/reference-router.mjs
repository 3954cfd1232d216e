import { PageKind } from 'typedoc'
import { ModuleRouter } from 'typedoc-plugin-markdown'
import { sectionsOf, signaturesOf } from './sections.mjs'

/** One page for each entry point. An export is linked to at its heading, and so is what is in it. */
export class ReferenceRouter extends ModuleRouter {
  /** The anchors of the sections of each page, in their order. */
  sectionAnchors = new Map()

  buildPages(project) {
    this.fullUrls.set(project, 'README.md')
    const pages = project.children.map((model) => ({ model, url: pageOf(model), kind: PageKind.Reflection }))
    for (const { model, url } of pages) this.#nameHeadings(model, url)
    return [{ model: project, url: 'README.md', kind: PageKind.Reflection }, ...pages]
  }

  #nameHeadings(module, url) {
    this.fullUrls.set(module, url)
    const anchorOf = createAnchors()
    for (const heading of [module.name, 'Contents']) anchorOf(heading)
    const anchors = sectionsOf(module).map(({ title, children }) => {
      const anchor = anchorOf(title)
      for (const child of children) this.#name(child, url, anchorOf(headingOf(child)))
      return anchor
    })
    this.sectionAnchors.set(module, anchors)
  }

  #name(reflection, url, anchor) {
    this.fullUrls.set(reflection, `${url}#${anchor}`)
    this.anchors.set(reflection, anchor)
    reflection.traverse((child) => {
      this.#name(child, url, anchor)
      return true
    })
  }
}

/** The page of an entry point: `@headrace/core/json-schema` is on `core-json-schema.md`. */
const pageOf = ({ name }) => `${name.replace('@headrace/', '').replaceAll('/', '-')}.md`

/** The heading of an export. */
export const headingOf = (reflection) =>
  signaturesOf(reflection) === undefined ? reflection.name : `${reflection.name}()`

/** Names the headings of a page as GitHub does: one that was there before gets a number. */
function createAnchors() {
  const counts = new Map()
  return (heading) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return count === 0 ? name : `${name}-${count}`
  }
}
