import { type CreateContender, input, type ModelCall } from '../contender.ts'
import { type Forecast, forecast } from '../forecast.ts'

const dispatch = (call: ModelCall) => forecast(call.arguments as Forecast)

/** `await tool()` and nothing around it: the unit of all figures. A batch is as many loops as may run at the same time. */
export const create: CreateContender = ({ tool, concurrency }) => ({
  call: tool,
  all: (count) => {
    let left = count
    const lane = async () => {
      while (left-- > 0) await tool(input)
    }
    return Promise.all(Array.from({ length: Math.min(count, concurrency) }, lane))
  },
  dispatch,
  message: (calls) => Promise.all(calls.map(dispatch)),
})
