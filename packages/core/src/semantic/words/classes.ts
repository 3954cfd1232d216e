import { rootOf } from './synonyms.ts'

/** Words of which one excludes the others. Forms of one member are joined with `|`. */
/** Both texts must name the same members. */
const strict: Readonly<Record<string, string>> = {
  weekday:
    'monday|mondays|mon tuesday|tuesdays|tue|tues wednesday|wednesdays|wed thursday|thursdays|thu|thur friday|fridays|fri ' +
    'saturday|saturdays|sat sunday|sundays|sun weekend weekday',
  month:
    'january|jan february|feb march|mar april|apr june|jun july|jul august|aug september|sept|sep october|oct ' +
    'november|nov december|dec',
  day: 'today yesterday tomorrow tonight',
  side: 'last|previous|past next|upcoming',
  'time of day': 'morning noon|midday afternoon evening night midnight a.m. pm',
  extreme:
    'best worst cheapest lowest highest fastest slowest shortest longest tallest largest|biggest smallest newest oldest ' +
    'latest earliest nearest|closest farthest|furthest youngest heaviest lightest hottest coldest richest poorest ' +
    'strongest weakest minimum|minimal maximum|maximal least most top bottom',
  order: 'first second third fourth fifth sixth seventh eighth ninth tenth final',
  tense: 'was|were|did|had will|shall|gonna',
  limit: 'only|just|solely both half double|twice triple|thrice',
  or: 'or',
  but: 'but',
  owner: "'s",
  ago: 'ago',
  degree: 'more less|fewer too enough',
  other: 'other|another same',
  again: 'again',
  phase: 'still yet already',
  particle: 'up down out off away back',
  part: 'some few',
  compass: 'north|northern south|southern east|eastern west|western northeast northwest southeast southwest',
}

/** A text may name what the other leaves open, but neither may name a member in the place of another. */
const loose: Readonly<Record<string, string>> = {
  unit:
    'millisecond|ms second|sec|seconds minute|min hour|hr|hrs|hourly day|daily week|weekly fortnight month|monthly quarter|quarterly ' +
    'year|yearly|annual|annually decade century',
  length:
    'millimeter|millimetre|mm centimeter|centimetre|cm meter|metre kilometer|kilometre|km inch foot|feet|ft yard mile',
  weight: 'milligram|mg gram kilogram|kg|kilo tonne|ton ounce|oz pound|lbs|lb',
  volume: 'milliliter|millilitre|ml liter|litre gallon|gal pint cup',
  bytes: 'byte kilobyte|kb megabyte|mb gigabyte|gb terabyte|tb bit',
  temperature: 'celsius|centigrade fahrenheit kelvin',
  scale: 'dozen hundred|hundreds thousand|thousands million|millions billion|billions trillion percent',
  currency:
    'dollar|usd euro|eur pound|gbp|sterling yen|jpy franc|chf yuan|cny|renminbi rupee|inr krona|sek krone|nok|dkk zloty|pln ' +
    'peso|mxn real|brl won|krw ruble|rub lira|try rand|zar bitcoin|btc ethereum|eth',
  season: 'spring summer autumn|fall winter',
  color: 'red orange yellow green blue purple|violet pink brown black white grey|gray silver gold golden',
  size: 'small|tiny medium big|huge xl xxl',
  priority: 'low|lower medium high|higher urgent critical normal trivial blocker',
  status:
    'open|opened closed|close pending active inactive draft approved|accepted rejected|declined|denied cancelled|canceled ' +
    'shipped|shipping delivered|delivering returned|refunded paid unpaid overdue failed|failing passed|passing ' +
    'completed|done|finished started running stopped|stopping paused queued blocked blocking archived resolved ' +
    'deleted merged published expired suspended locked unlocked available unavailable',
  action:
    'create delete|remove update|change edit cancel track return refund reset upgrade downgrade pause resume renew ' +
    'transfer export import upload download install uninstall open close start stop approve reject send receive ' +
    'buy sell rent lend borrow pay charge lock unlock enable disable join leave merge split copy move rename restore ' +
    'archive publish translate summarize compare convert sort filter count schedule postpone subscribe unsubscribe',
  format:
    'pdf csv json xml yaml html markdown excel|xlsx|xls word|docx png jpeg|jpg gif svg mp3 mp4 wav zip txt parquet',
  medium: 'photo video audio text voice email sms|text chat letter fax call',
  person: 'i|me|my|mine|myself you|your|yours|yourself he|him|his she|her|hers we|us|our|ours they|them|their|theirs',
  voice: 'being been',
  pointer: 'this|these that|those',
  modal: 'can|could|may|might should|ought must',
  amount: 'all|every|each some any none few many|much',
  kin:
    'mother|mom|mum father|dad son daughter brother sister husband wife uncle aunt nephew niece grandfather grandmother ' +
    'man|men woman|women boy girl male|males female|females',
  party:
    'customer supplier|vendor employee manager owner admin|administrator user guest seller buyer landlord tenant teacher student',
  paper: 'invoice order quote|quotation receipt contract payment shipment delivery refund ticket offer bill',
  vehicle: 'flight|plane train bus ferry car taxi|cab ship boat truck bike motorbike|motorcycle tram subway|metro',
  meal: 'breakfast lunch dinner|supper brunch',
  measure: 'cost weight size height width length depth area volume temperature speed distance duration age color',
  event: 'departure arrival',
  stage: 'production|prod staging development|dev test|testing qa',
  level: 'beginner intermediate advanced expert',
  cabin: 'economy business first',
  money: 'credit debit cash',
  crowd: 'public private internal external personal shared',
  share: 'gross net',
  flow: 'income|revenue expense|expenses profit loss',
  tongue:
    'english french german spanish italian portuguese dutch polish russian ukrainian turkish arabic hebrew hindi chinese ' +
    'japanese korean vietnamese thai greek latin swedish norwegian danish finnish czech hungarian romanian',
}

/** What a word names: a member of a class. */
export interface Membership {
  readonly kind: string
  readonly member: string
  readonly isStrict: boolean
}

const memberships = new Map<string, Membership[]>()
for (const [isStrict, classes] of [[true, strict] as const, [false, loose] as const]) {
  for (const [kind, members] of Object.entries(classes)) {
    for (const forms of members.split(' ')) enter(forms, kind, isStrict)
  }
}

function enter(forms: string, kind: string, isStrict: boolean): void {
  const member = `${kind}: ${forms}`
  for (const root of new Set(forms.split('|').map(rootOf))) {
    memberships.set(root, [...(memberships.get(root) ?? []), { kind, member, isStrict }])
  }
}

/** The classes that a word is of, given its root. */
export function classesOf(root: string): readonly Membership[] {
  return memberships.get(root) ?? []
}
