import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A project on the disk, made for a test. */
export interface SampleProject {
  readonly directory: string
  /** Writes a file; an object as JSON. */
  write(path: string, content: string | object): void
  /** Makes a link to a directory of the project. */
  link(path: string, target: string): void
  remove(): void
}

/** Makes an empty project in a folder of its own. */
export function sampleProject(): SampleProject {
  const directory = mkdtempSync(join(tmpdir(), 'headrace-agent-'))
  const prepare = (path: string): string => {
    const full = join(directory, path)
    mkdirSync(dirname(full), { recursive: true })
    return full
  }
  return {
    directory,
    write: (path, content) =>
      writeFileSync(prepare(path), typeof content === 'string' ? content : JSON.stringify(content)),
    link: (path, target) => symlinkSync(join(directory, target), prepare(path), 'dir'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
