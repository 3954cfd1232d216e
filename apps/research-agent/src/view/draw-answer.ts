import { wrapText } from './fit-text.ts'

/** Draws an answer: its lines indented, and broken at the width of the terminal. */
export function drawAnswer(answer: string, columns: number): string[] {
  return answer.split('\n').flatMap((line) => {
    const indent = /^\s*(?:[-*] )?/.exec(line)?.[0].length ?? 0
    return wrapText(line, columns - 4, ' '.repeat(indent)).map((part) => `  ${part}`)
  })
}
