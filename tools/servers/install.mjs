// Gets the servers that tests start: node tools/servers/install.mjs [redis] [redis8] [prometheus] [promtool]; without names all.
// What is there stays. Exits with 1 and says what to do where one cannot be had. Runs on any Node from 20, without
// dependencies.
import { provideServer } from './provide-server.mjs'
import { servers } from './servers.mjs'

const given = process.argv.slice(2)
const unknown = given.filter((name) => !Object.hasOwn(servers, name))
if (unknown.length > 0) {
  console.error(
    `usage: node tools/servers/install.mjs [${Object.keys(servers).join('] [')}]; not ${unknown.join(', ')}`,
  )
  process.exit(2)
}

for (const name of given.length > 0 ? given : Object.keys(servers)) {
  const { title, command } = servers[name]
  try {
    console.log(`${title}: ${provideServer(name, (text) => console.log(`${title}: ${text}`))}`)
  } catch (error) {
    process.exitCode = 1
    console.error(
      `${title} cannot be had here. ${error.message}\n` +
        `Put a ${command} of ${title} on PATH and run: node tools/servers/install.mjs ${name}`,
    )
  }
}
