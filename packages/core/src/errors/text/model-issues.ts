import { readProperty } from '../safe-read.ts'
import { plainText } from './tool-text.ts'

/** What is wrong with one value, in words that a model can act on. */
export interface ModelIssue {
  /** Where: `items[2].price`; empty for the whole value. */
  readonly path: string
  readonly message: string
  /** What would be right, in few words, where it is known. */
  readonly expected?: string
  /** What kind of value is there now, in few words; never the value itself. */
  readonly received?: string
}

const mostIssues = 20
const mostNames = 10
const longestText = 200
const longestName = 128

/** Reads `details.issues`: twenty of them at most, each text cut and redacted. */
export function readIssues(details: unknown): ModelIssue[] {
  return list(details, 'issues')
    .slice(0, mostIssues)
    .map((issue) => {
      const path = text(issue, 'path') ?? ''
      const received = text(issue, 'received')
      const expected = text(issue, 'expected')
      return {
        path,
        message: text(issue, 'message') ?? 'does not fit',
        ...(expected !== undefined && { expected }),
        ...(received !== undefined && { received: hidden(path, received) }),
      }
    })
}

/** Reads `details.nearest`: ten names at most. */
export function readNearest(details: unknown): string[] {
  return list(details, 'nearest')
    .filter((name) => typeof name === 'string')
    .slice(0, mostNames)
    .map((name) => plainText(name, longestName))
}

/** `amount: expected number, received "ten"`. */
export function describeIssue({ path, message, expected, received }: ModelIssue): string {
  const where = path === '' ? 'the arguments' : path
  if (expected === undefined) return `${where}: ${message}`
  return `${where}: expected ${expected}${received === undefined ? '' : `, received ${received}`}`
}

function list(details: unknown, name: string): unknown[] {
  const value = readProperty(details, name)
  return Array.isArray(value) ? value : []
}

function text(issue: unknown, name: string): string | undefined {
  const value = readProperty(issue, name)
  return typeof value === 'string' ? plainText(value, longestText) : undefined
}

/** What stands at `user.password` is a secret by its name alone: the name lends it the form that is redacted. */
function hidden(path: string, received: string): string {
  const name = path.split(/[.[\]/]/).findLast((part) => part !== '') ?? ''
  return plainText(`${name}=${received}`, longestText).slice(name.length + 1)
}
