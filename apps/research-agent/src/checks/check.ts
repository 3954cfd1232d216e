/** A fact that the app holds itself to. */
export interface Check {
  readonly name: string
  readonly isRight: boolean
  /** What was seen; of a wrong one, what would be right too. */
  readonly detail: string
}
