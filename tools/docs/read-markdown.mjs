/** A fenced block of a Markdown text: the words after its fence, its lines, and where it stands. */
const fence = /^```([\w-]*)([^\n]*)\n(.*?)^```$/gms

/** @typedef {{ language: string, note: string, code: string, line: number }} Block */

/**
 * Reads the fenced blocks of a Markdown text, in their order.
 * @returns {Block[]}
 */
export function readBlocks(markdown) {
  return Array.from(markdown.matchAll(fence), ({ 1: language, 2: note, 3: code, index }) => ({
    language,
    note: note.trim(),
    code,
    line: lineAt(markdown, index) + 1,
  }))
}

/**
 * Reads the programs of a Markdown text: its blocks in TypeScript (`ts`) and JavaScript (`js`). A program prints what
 * the `text` block after it says, or nothing where no such block is next. One that is marked as a `fragment` is not run.
 * @returns {(Block & { isFragment: boolean, output: string })[]}
 */
export function readPrograms(markdown) {
  const blocks = readBlocks(markdown)
  return blocks.flatMap((block, index) => {
    if (block.language !== 'ts' && block.language !== 'js') return []
    const next = blocks[index + 1]
    return [{ ...block, isFragment: block.note === 'fragment', output: next?.language === 'text' ? next.code : '' }]
  })
}

/** The targets of a Markdown text's links that lead to a place in the repository: `guide.md#events`. */
export function readLinks(markdown) {
  const targets = Array.from(withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g), ({ 1: target }) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target))
}

/** The names by which links reach the headings of a Markdown text, as GitHub makes them: what was there gets a number. */
export function readAnchors(markdown) {
  const counts = new Map()
  return Array.from(withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm), ({ 1: heading }) => {
    const name = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return count === 0 ? name : `${name}-${count}`
  })
}

function withoutBlocks(markdown) {
  return markdown.replaceAll(fence, '')
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length
}
