import { directTogether } from './direct-routes.ts'
import type { Route } from './route.ts'

/** The SDKs that calls can be led through. */
export const sdkNames = ['ai-sdk', 'langchain', 'openai'] as const

export type SdkName = (typeof sdkNames)[number]

/** The route through an SDK; without one, straight to the runtime. An SDK is loaded only where it is used. */
export async function findRoute(sdk: SdkName | undefined): Promise<Route> {
  switch (sdk) {
    case undefined:
      return directTogether
    case 'ai-sdk':
      return (await import('./ai-sdk/ai-sdk-route.ts')).aiSdkRoute
    case 'langchain':
      return (await import('./langchain/langchain-route.ts')).langchainRoute
    case 'openai':
      return (await import('./openai/openai-route.ts')).openaiRoute
  }
}
