import type { Findings } from './findings.ts'

/** A call of a plan. Its key names it within the plan. */
export interface PlannedCall {
  readonly key: string
  /** What it is for, where the arguments do not say it well. */
  readonly label?: string | undefined
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Calls that run together, because none needs the result of another. */
export interface Stage {
  /** What the stage is for, for people. */
  readonly why: string
  /** The calls, from the findings of the stages before. */
  plan(found: Findings): readonly PlannedCall[]
}

/** How the planner answers one kind of question. */
export interface Rule {
  readonly name: string
  /** The packages that a question names are given in the order of their names in it. */
  matches(question: string, packages: readonly string[]): boolean
  stages(question: string, packages: readonly string[]): readonly Stage[]
  /** The answer, in Markdown without headings, from whatever was found. */
  answer(found: Findings, question: string): string
}
