import type { CreateContender } from '../contender.ts'

/** One listener per call on the signal that all calls share: what one writes by hand to make a call cancellable. */
export const create: CreateContender = ({ tool }) => ({
  start: tool,
  register: (input, signal) => {
    signal.addEventListener('abort', () => {}, { once: true })
    return tool(input)
  },
})
