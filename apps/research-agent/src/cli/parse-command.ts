import { Command, InvalidArgumentError, Option } from 'commander'
import { type SdkName, sdkNames } from '../route/find-route.ts'

/** What the command line asks for. */
export interface CommandOptions {
  /** Empty: the app's own three. */
  readonly questions: readonly string[]
  readonly project: string | undefined
  /** A Redis server that keeps the cache and the breakers; undefined: memory does. */
  readonly redis: string | undefined
  /** A collector of spans and metrics. */
  readonly otel: string | undefined
  readonly json: boolean
  readonly sequential: boolean
  /** The SDK that runs the loop; undefined: the app itself. */
  readonly through: SdkName | undefined
  readonly planner: boolean
  readonly check: boolean
  readonly seed: number
}

const help = `
Without a question the app asks three of its own, and holds the answers against the database.

Environment:
  OPENAI_BASE_URL   an OpenAI-compatible endpoint, such as http://localhost:11434/v1
  OPENAI_API_KEY    its key; without both a deterministic planner takes the model's place
  OPENAI_MODEL      the name of the model there
  NO_COLOR          no colours

Examples:
  $ npm run demo
  $ pnpm demo -- "What does zod export?" --project ../my-app
  $ npm run demo -- --sequential
  $ npm run demo -- --through ai-sdk
  $ npm run demo -- --redis redis://localhost:6379 --otel http://localhost:4318`

/** Reads the command line. Prints help or what is wrong, and ends the process, where that is asked for or due. */
export function parseCommand(args: readonly string[]): CommandOptions {
  const command = new Command('research-agent')
    .description('Answers questions about the dependencies of a JavaScript project, and shows every call on the way.')
    .argument('[question...]', 'what to ask; quote each question')
    .option('-p, --project <dir>', 'the project to ask about (default: the one that this app is part of)')
    .option('--sequential', 'run the same plan also one call at a time, and print the ratio', false)
    .addOption(new Option('--through <sdk>', 'let an SDK run the loop, with the same tools').choices(sdkNames))
    .option('--redis <url>', 'keep cache and breakers on a Redis server, for the processes after this one', parseUrl)
    .option('--otel <endpoint>', 'send spans and metrics to an OTLP collector (HTTP)', parseUrl)
    .option('--json', 'print events, one JSON object a line', false)
    .option('--planner', 'use the planner even where a language model is configured', false)
    .option('--check', 'ask the three questions with the planner, as plain lines, and check what they show', false)
    .option('--seed <number>', "the seed of the service's misbehaviour", parseSeed, 1)
    .addHelpText('after', help)
    .showHelpAfterError('(add --help for what there is)')
  // pnpm hands on the "--" that stands before a script's arguments.
  command.parse(args[0] === '--' ? args.slice(1) : args, { from: 'user' })
  const options = command.opts<
    Omit<CommandOptions, 'questions' | 'project' | 'through' | 'redis' | 'otel'> & {
      project?: string
      through?: SdkName
      redis?: string
      otel?: string
    }
  >()
  const { project, through, redis, otel } = options
  return { ...options, project, through, redis, otel, questions: command.args }
}

function parseSeed(text: string): number {
  const seed = Number(text)
  if (!Number.isSafeInteger(seed)) throw new InvalidArgumentError('It must be a whole number.')
  return seed
}

function parseUrl(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('It must be a URL.')
  return text
}
