import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sampleProject } from '../../project/sample-project.ts'
import { readExports } from './read-exports.ts'

function exportsOf(files: Readonly<Record<string, string>>, maxFiles = 10) {
  const project = sampleProject()
  onTestFinished(() => project.remove())
  for (const [path, content] of Object.entries(files)) project.write(path, content)
  return readExports(join(project.directory, Object.keys(files)[0] ?? ''), { maxFiles })
}

test('reads declarations, types, renamed and default exports', () => {
  const { names } = exportsOf({
    'index.d.ts':
      'export declare const a: number; export type B = string; export { x as y } from "./x"; export default function f(): void; export interface C {} declare const hidden: 1; export * as ns from "./ns"',
  })
  expect(names).toEqual(['B', 'C', 'a', 'default', 'ns', 'y'])
})

test('follows export * inside the package, and names the packages outside of it', () => {
  const { names, files, from } = exportsOf({
    'index.d.mts': 'export * from "./a.mjs"; export * from "./b"; export * from "other"',
    'a.d.mts': 'export declare const a: 1; export * from "./index.mjs"',
    'b/index.d.ts': 'export declare const b: 1',
  })
  expect([names, files, from]).toEqual([['a', 'b'], 3, ['other']])
})

test('reads what CommonJS typings give', () => {
  const text = 'declare function f(): void; declare namespace f { const a: number; export interface B {} } export = f'
  expect(exportsOf({ 'index.d.ts': text }).names).toEqual(['B', 'a', 'export ='])
})

test('stops at its limit of files', () => {
  const files = {
    'index.d.ts': 'export * from "./a"',
    'a.d.ts': 'export declare const a: 1; export * from "./b"',
    'b.d.ts': 'export declare const b: 1',
  }
  expect(exportsOf(files, 2)).toMatchObject({ names: ['a'], files: 2 })
})
