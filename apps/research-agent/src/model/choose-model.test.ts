import { expect, test } from 'vitest'
import { chooseModel } from './choose-model.ts'

const choose = (environment: Record<string, string>, planner = false) => chooseModel({ environment, planner })([])
const configured = { OPENAI_BASE_URL: 'http://localhost:1/v1', OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm' }

test('takes the planner without configuration, and says so', async () => {
  expect((await choose({})).name).toBe('planner: deterministic rules, no language model')
  expect((await choose({ OPENAI_API_KEY: 'k' })).name).toContain('planner')
  expect((await choose(configured, true)).name).toContain('planner')
})

test('takes the endpoint that is configured', async () => {
  expect((await choose(configured)).name).toBe('m at localhost:1')
})

test('says which variable is missing or wrong', () => {
  expect(() => choose({ ...configured, OPENAI_MODEL: '' })).toThrow(/OPENAI_MODEL is not set/)
  expect(() => choose({ ...configured, OPENAI_BASE_URL: 'localhost' })).toThrow(/OPENAI_BASE_URL is no URL/)
})
