import type { CreateContender } from '../../contender.ts'

/** The least that anybody has to do: the whole text at once, its lines, and each event parsed. It assembles nothing. */
export const create: CreateContender = () => ({
  async assemble(bytes) {
    let events = 0
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      if (line.startsWith('data: {') && JSON.parse(line.slice(6)) !== null) events += 1
    }
    return events
  },
})
