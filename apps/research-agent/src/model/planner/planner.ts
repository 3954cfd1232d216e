import type { Conversation, Model, ModelPart } from '../model.ts'
import { askAgain } from './ask-again.ts'
import { type Findings, idOf, readFindings } from './findings.ts'
import { licenceRule } from './licence-rule.ts'
import { lookUpRule } from './look-up-rule.ts'
import { namedPackages } from './named-packages.ts'
import type { PlannedCall, Rule } from './rule.ts'
import { sizeRule } from './size-rule.ts'
import { versionsRule } from './versions-rule.ts'

/** The first that matches answers; the last one takes every question. */
const rules: readonly Rule[] = [versionsRule, licenceRule, sizeRule, lookUpRule]

/** After so many turns nothing is asked again: what is known by then makes the answer. */
const patience = 9

/**
 * A stand-in for a language model: rules map a question to calls, and their results to an answer. The same question
 * and the same results give the same calls.
 */
export function createPlanner(packageNames: readonly string[]): Model {
  return {
    name: 'planner: deterministic rules, no language model',
    async *turn({ question, exchanges }: Conversation): AsyncGenerator<ModelPart> {
      const named = namedPackages(question, packageNames)
      const rule = rules.find((one) => one.matches(question, named)) ?? lookUpRule
      const found = readFindings(exchanges)
      const next = nextCalls(rule.stages(question, named), found, exchanges.length < patience)
      if (next === undefined) {
        yield { type: 'text', text: rule.answer(found, question) }
        return
      }
      yield { type: 'text', text: next.why }
      for (const { key, tool, label, arguments: args } of next.calls) {
        const callId = idOf(key, found.asked(key) + 1)
        const metadata = label === undefined ? undefined : { label }
        yield { type: 'call', call: { callId, tool, arguments: args, metadata } }
      }
    },
  }
}

/** The first calls of the plan that were not made, or are worth another try. */
function nextCalls(
  stages: ReturnType<Rule['stages']>,
  found: Findings,
  isPatient: boolean,
): { readonly why: string; readonly calls: readonly PlannedCall[] } | undefined {
  for (const stage of stages) {
    const calls = stage.plan(found)
    const open = calls.filter(({ key }) => found.asked(key) === 0)
    if (open.length > 0) return { why: stage.why, calls: open }
    const again = isPatient ? askAgain(calls, found) : []
    if (again.length > 0) return { why: 'asks again, as the errors advise', calls: again }
  }
  return undefined
}
