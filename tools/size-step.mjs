import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from './command.mjs'

// What the entry of a package may weigh, in bytes, minified and gzipped, with its dependencies and without its peers.
// The goal for core is 25,000; see ARCHITECTURE.md. The limit keeps it from growing unnoticed until it is there.
const limits = [{ name: '@headrace/core', entry: 'packages/core/dist/index.js', limit: 83_000, external: ['rxjs'] }]

/** A step that fails when the entry of a package has become too heavy for those who load it. */
export function sizeStep() {
  return {
    name: 'size',
    needs: 'build',
    run: async () => {
      const sizes = []
      for (const { name, entry, limit, external } of limits) {
        sizes.push({ name, limit, bytes: await weigh(join(root, entry), external) })
      }
      const wrong = sizes.filter(({ bytes, limit }) => bytes > limit)
      const output = wrong.map(({ name, bytes, limit }) => `${name} weighs ${bytes} bytes; its limit is ${limit}`)
      const note = sizes.map(({ name, bytes }) => `${name} ${(bytes / 1000).toFixed(1)} kB min+gzip`).join(', ')
      const failed = wrong.length
      return { passed: sizes.length - failed, failed, skipped: 0, output: output.join('\n'), note }
    },
  }
}

async function weigh(entry, external) {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external },
    build: { ssr: entry, write: false, minify: 'oxc', target: 'esnext', rolldownOptions: { external } },
  })
  return output.reduce((sum, { code = '' }) => sum + gzipSync(code, { level: 9 }).length, 0)
}
