import { Ajv } from 'ajv'
import type { CreateContender, ModelCall } from '../../contender.ts'
import { type Forecast, forecast, forecastSchema, forecastTool } from '../../forecast.ts'
import { withPolicies } from './attempts.ts'
import { Results } from './results.ts'

const { name } = forecastTool
const mostText = 1_000_000

/**
 * The floor: the steps of our pipeline written for this one tool, with nothing that anybody could configure. Look-up,
 * compiled schema, a key that knows the fields, one map entry for cache and single-flight, four policies, a frozen result.
 */
export const create: CreateContender = ({ concurrency }) => {
  const tools = new Map([[name as string, createTool(concurrency)]])
  const dispatch = ({ tool, arguments: given }: ModelCall): Promise<unknown> => {
    const run = tools.get(tool)
    if (run === undefined) return Promise.reject(new Error(`There is no tool "${tool}"`))
    try {
      return run(given)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  return { dispatch, message: (calls) => Promise.allSettled(calls.map(dispatch)) }
}

function createTool(concurrency: number): (given: unknown) => Promise<unknown> {
  const validate = new Ajv().compile<Forecast>(forecastSchema)
  const run = withPolicies(async (input: Forecast) => Object.freeze({ ...(await forecast(input)) }), concurrency)
  const results = new Results()
  return (given) => {
    const input: unknown = typeof given === 'string' ? parse(given) : given
    if (!validate(input)) throw new Error(validate.errors?.[0]?.message)
    const key = `{"city":${JSON.stringify(input.city)},"days":${input.days},"unit":"${input.unit}"}`
    const now = Date.now()
    const known = results.get(key, now)
    if (known !== undefined) return known
    const result = run(input)
    result.catch(() => results.delete(key))
    results.set(key, result, now)
    return result
  }
}

function parse(text: string): unknown {
  if (text.length > mostText) throw new Error('The arguments are too long')
  return text === '' ? {} : JSON.parse(text)
}
