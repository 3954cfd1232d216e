/** What the app gets ready before the first question. `done` of `total`; ready when `isReady`. */
export interface PrepareEvent {
  readonly type: 'prepare'
  readonly at: number
  readonly what: 'packages' | 'search index' | 'database' | 'metadata service'
  readonly done: number
  readonly total: number
  readonly isReady: boolean
  /** What it holds now, for people. */
  readonly text: string
}
