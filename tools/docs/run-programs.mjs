// Runs the programs named on the command line, one after the other, and says on a line of its own where each begins:
// `node run-programs.mjs first.ts second.js`. Together they take one loading of what they import.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

for (const name of process.argv.slice(2)) {
  console.log(`\f${name}`)
  await import(pathToFileURL(resolve(name)))
}
