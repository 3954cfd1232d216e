/** One part of a tool's content as MCP writes it: text, an image, audio, a resource, or a link to one. */
export interface McpContentBlock {
  readonly type: string
  readonly [key: string]: unknown
}

/** The output of a tool whose content is more than text: the parts as the server gave them. */
export interface McpContent {
  readonly content: readonly McpContentBlock[]
}

/** Tells content that is more than text from any other output, so that a bridge can show images as images. */
export function isMcpContent(output: unknown): output is McpContent {
  return isRecord(output) && Array.isArray(output.content) && output.content.every(isBlock)
}

/** The texts in the content of a tool, a line each; undefined where it holds anything else. */
export function textOnly(blocks: readonly McpContentBlock[]): string | undefined {
  const texts = blocks.map(textOf)
  return texts.every((text) => text !== undefined) ? texts.join('\n') : undefined
}

/** What can be read in the content of a tool; what is no text is named. */
export function readableText(blocks: readonly McpContentBlock[]): string {
  return blocks.map((block) => textOf(block) ?? `[${block.type}]`).join('\n')
}

/** The parts of a tool's content; what is no part is left out. */
export function blocksOf(content: unknown): readonly McpContentBlock[] {
  return Array.isArray(content) ? content.filter(isBlock) : []
}

/** Tells an object with keys from any other value. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf({ type, text }: McpContentBlock): string | undefined {
  return type === 'text' && typeof text === 'string' ? text : undefined
}

function isBlock(value: unknown): value is McpContentBlock {
  return isRecord(value) && typeof value.type === 'string'
}
