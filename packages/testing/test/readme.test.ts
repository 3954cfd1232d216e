import { readFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'

it('the program of the README runs, and prints what the README says', async () => {
  const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')
  const readme = await read('../README.md')
  const program = /```ts\n(.*?)```\n\nIt prints `(.*?)`/s.exec(readme)
  expect(program?.[1]).toBe(await read('./readme-program.ts'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./readme-program.ts')
  expect(log.mock.calls.map((line) => line.join(' '))).toEqual([program?.[2]])
  log.mockRestore()
})
