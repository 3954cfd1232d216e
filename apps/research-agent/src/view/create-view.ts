import type { WriteStream } from 'node:tty'
import { createJsonView } from './json-view.ts'
import { createLiveView } from './live-view.ts'
import { createPlainView } from './plain-view.ts'
import { createTheme } from './theme.ts'
import type { View } from './view.ts'

export interface CreateViewOptions {
  readonly stream: WriteStream
  readonly json: boolean
  /** Plain lines even on a terminal. */
  readonly plain: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Chooses the view: JSON where asked for, live on a terminal that can move its cursor, else plain lines. */
export function createView({ stream, json, plain, environment }: CreateViewOptions): View {
  const write = (text: string): void => void stream.write(text)
  if (json) return createJsonView(write)
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = environment
  const canDraw = !plain && stream.isTTY && TERM !== 'dumb'
  // https://no-color.org: any value that is not empty
  const theme = createTheme(!NO_COLOR && (canDraw || Boolean(FORCE_COLOR && FORCE_COLOR !== '0')))
  return canDraw
    ? createLiveView(stream, theme)
    : createPlainView(write, theme, Number(COLUMNS) || stream.columns || 100)
}
