const invalidResume = Symbol.for('langgraph.invalid_resume')

/** How far causes are followed: as far as LangGraph does. */
const deepest = 10

/**
 * Whether LangGraph steers by what was thrown: GraphInterrupt, NodeInterrupt, GraphDrained, ParentCommand and kin, and an
 * answer to an interrupt that does not fit, also as the cause of another error. It is no failure of the tool.
 */
export function belongsToGraph(thrown: unknown): boolean {
  if (!isObject(thrown)) return false
  if ('is_bubble_up' in thrown && thrown.is_bubble_up === true) return true
  let link: unknown = thrown
  for (let depth = 0; depth < deepest && isObject(link); depth++) {
    if (Reflect.get(link, invalidResume) === true) return true
    link = 'cause' in link ? link.cause : undefined
  }
  return false
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
