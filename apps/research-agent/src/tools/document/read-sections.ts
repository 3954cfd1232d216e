import { Lexer, type Token, type Tokens } from 'marked'

/** A heading of a Markdown document and the text under it, as far as the next heading. */
export interface Section {
  /** Plain text; empty for what stands before the first heading. */
  readonly heading: string
  /** 1 to 6; 0 for what stands before the first heading. */
  readonly depth: number
  /** Markdown, as written. */
  readonly text: string
}

/** Takes a Markdown document apart at its headings. */
export function readSections(markdown: string): Section[] {
  const lexer = new Lexer()
  // Block level only: taking every sentence apart would cost ten times as much.
  const blocks = lexer.blockTokens(markdown.replaceAll(/\r\n?/g, '\n'), [])
  const sections: { heading: string; depth: number; text: string }[] = [{ heading: '', depth: 0, text: '' }]
  for (const block of blocks) {
    if (isHeading(block)) sections.push({ heading: plainText(block.text), depth: block.depth, text: '' })
    else {
      const last = sections.at(-1)
      if (last !== undefined) last.text += block.raw
    }
  }
  return sections.filter(({ heading, text }) => heading !== '' || text.trim() !== '')
}

/** The text of a section with all sections below it. */
export function withSubsections(sections: readonly Section[], index: number): string {
  const own = sections[index]
  if (own === undefined) return ''
  const end = sections.findIndex(({ depth }, at) => at > index && depth <= own.depth)
  const below = sections.slice(index + 1, end < 0 ? undefined : end)
  return [own.text, ...below.map(({ heading, depth, text }) => `${'#'.repeat(depth)} ${heading}\n${text}`)]
    .join('\n')
    .trim()
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

/** The words of inline Markdown: links, code and emphasis give their text, images and HTML nothing. */
export function plainText(inline: string): string {
  return new Lexer().inlineTokens(inline).map(wordsOf).join('').replaceAll(/\s+/g, ' ').trim()
}

function wordsOf(token: Token): string {
  if (token.type === 'image' || token.type === 'html') return ''
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(wordsOf).join('')
  return 'text' in token ? token.text : ''
}
