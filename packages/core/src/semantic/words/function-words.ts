/** Words that build a sentence and name nothing in it. */
export const functionWords: ReadonlySet<string> = new Set(
  (
    'a an the this that these those there here it its i me my mine you your yours we our ours ' +
    'they them their theirs someone anyone something anything myself yourself itself who whom whose which what when ' +
    "where why how 's 'd is am was were be been being do did have had will would shall should can could may might must " +
    'ought need to of in on at by for from with without as into onto about around over under above below before after ' +
    'since until till during between among within through via per against along across near than like and or but if ' +
    'because so while then too also very really just not no never none nor neither any some all every each both either ' +
    'more most less least many much few such other another same own again still already yet ever even only up down out ' +
    'off away back let'
  ).split(' '),
)

/** Words that stand for whatever is asked for. */
export const emptyWords: ReadonlySet<string> = new Set(
  'way thing kind sort info information detail exactly actually currently question answer'.split(' '),
)

/** Verbs that only ask for an answer where nothing but a request stands before them: `how to find` is not `how to show`. */
export const askingWords: ReadonlySet<string> = new Set(
  'show list display give get got find view tell want know look fetch retrieve provide help wish like'.split(' '),
)

/** What may stand before those, in a request. */
export const requestWords: ReadonlySet<string> = new Set([
  ...askingWords,
  ..."please let me i you we us can could would will 'd need to a an the".split(' '),
])

/** Behind `which` or `what` these only say what kind of answer is asked for; so does the city of `capital city`. */
const kinds = new Set('city country town place person people company'.split(' '))

/** Whether a word, behind the one before it, says what kind of answer is asked for. */
export function isKind(key: string, before: string | undefined): boolean {
  if (before === 'which' || before === 'what') return kinds.has(key)
  return before === 'capital' && key === 'city'
}

/** Prepositions: what follows one is its object. */
export const prepositions: ReadonlySet<string> = new Set(
  (
    'of in on at by for from to with without as into onto about around over under above below before after since until ' +
    'till during between among within through via per against along across near than except excluding including'
  ).split(' '),
)

/** Behind a preposition these name no object: `in general`, `in order to`. */
export const emptyObjects: ReadonlySet<string> = new Set(
  'order general detail fact addition moment case way manner form place example all'.split(' '),
)
