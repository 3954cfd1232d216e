import stringWidth from 'string-width'

/** Cuts a text to a number of columns and fills it up to it. */
export function fitText(text: string, columns: number): string {
  const cut = stringWidth(text) <= columns ? text : `${firstColumns(text, columns - 1)}…`
  return cut + ' '.repeat(Math.max(0, columns - stringWidth(cut)))
}

/** Breaks a text into lines at spaces. Lines after the first begin with `indent`. */
export function wrapText(text: string, columns: number, indent = ''): string[] {
  const margin = /^ */.exec(text)?.[0] ?? ''
  return wrapItems(text.slice(margin.length).split(' '), { columns, separator: ' ', margin, indent })
}

export interface WrapOptions {
  readonly columns: number
  /** Between two items of a line. */
  readonly separator: string
  /** Before the first line, and before the others. */
  readonly margin?: string
  readonly indent?: string
}

/** Breaks a list into lines between its items. */
export function wrapItems(
  items: readonly string[],
  { columns, separator, margin = '', indent = '' }: WrapOptions,
): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const item of items) {
    const longer: string = line === undefined ? margin + item : line + separator + item
    if (line === undefined || stringWidth(longer) <= columns) line = longer
    else {
      lines.push(line)
      line = indent + item
    }
  }
  return line === undefined ? lines : [...lines, line]
}

function firstColumns(text: string, columns: number): string {
  let cut = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(cut + segment) > columns) return cut
    cut += segment
  }
  return cut
}
