import picocolors from 'picocolors'
import type { Mark, Span } from './timeline.ts'

type Paint = (text: string) => string

/** How things look: each kind has a character of its own, so that nothing is told by colour alone. */
export interface Theme {
  readonly spans: Readonly<
    Record<Span['kind'], { readonly character: string; readonly paint: Paint; readonly name: string }>
  >
  readonly marks: Readonly<
    Record<Mark['kind'], { readonly character: string; readonly paint: Paint; readonly name: string }>
  >
  readonly open: { readonly character: string; readonly paint: Paint }
  readonly halfOpen: { readonly character: string; readonly paint: Paint }
  readonly strong: Paint
  readonly faint: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly odd: Paint
}

/** Makes the theme; without colour every paint leaves the text as it is. */
export function createTheme(isColoured: boolean): Theme {
  const { bold, cyan, dim, green, magenta, red, yellow } = picocolors.createColors(isColoured)
  return {
    spans: {
      queue: { character: '·', paint: dim, name: 'waits in the queue' },
      attempt: { character: '█', paint: cyan, name: 'attempt' },
      failed: { character: '▒', paint: red, name: 'failed attempt' },
      backoff: { character: '~', paint: yellow, name: 'waits to try again' },
      joined: { character: '=', paint: magenta, name: 'joined an equal call' },
    },
    marks: {
      hit: { character: '◆', paint: magenta, name: 'from the cache' },
      reject: { character: '×', paint: red, name: 'breaker open, not tried' },
    },
    open: { character: '▀', paint: red },
    halfOpen: { character: '-', paint: yellow },
    strong: bold,
    faint: dim,
    good: green,
    bad: red,
    odd: yellow,
  }
}
