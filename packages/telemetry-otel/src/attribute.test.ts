import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { describe, expect, it } from 'vitest'
import { attribute } from './attribute.ts'

describe('names of attributes', () => {
  it("are the conventions' own, and all others begin with our name", () => {
    expect(attribute).toMatchObject({
      operation: conventions.ATTR_GEN_AI_OPERATION_NAME,
      tool: conventions.ATTR_GEN_AI_TOOL_NAME,
      toolType: conventions.ATTR_GEN_AI_TOOL_TYPE,
      description: conventions.ATTR_GEN_AI_TOOL_DESCRIPTION,
      callId: conventions.ATTR_GEN_AI_TOOL_CALL_ID,
      arguments: conventions.ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
      result: conventions.ATTR_GEN_AI_TOOL_CALL_RESULT,
      agent: conventions.ATTR_GEN_AI_AGENT_NAME,
      errorType: conventions.ATTR_ERROR_TYPE,
    })
    const known = new Set<unknown>(Object.values(conventions))
    const others = Object.values(attribute).filter((name) => !known.has(name))
    expect(others.filter((name) => !name.startsWith('headrace.'))).toEqual([])
  })
})
