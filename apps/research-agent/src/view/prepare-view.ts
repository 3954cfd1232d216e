import type { PrepareEvent } from '../agent/prepare-event.ts'
import { fitText } from './fit-text.ts'
import type { Theme } from './theme.ts'

const nameColumns = 17

/** What is shown while the app gets ready. */
export interface PrepareView {
  apply(event: PrepareEvent): void
  /** As it stands now, each line cut to the width of the terminal. */
  frame(columns: number): string[]
}

/** Follows what is got ready. */
export function createPrepareView(theme: Theme): PrepareView {
  const prepared = new Map<PrepareEvent['what'], PrepareEvent>()
  const draw = ({ what, done, total, isReady, text }: PrepareEvent, columns: number): string => {
    const share = total > 0 ? `${Math.round((done / total) * 100)} %` : '…'
    const said = fitText(isReady ? text : share, Math.max(10, columns - nameColumns - 1)).trimEnd()
    return `${theme.faint(what.padEnd(nameColumns))} ${isReady ? said : theme.odd(said)}`
  }
  return {
    apply: (event) => void prepared.set(event.what, event),
    frame: (columns) => [...prepared.values()].map((event) => draw(event, columns)),
  }
}
