/** A sentence with places to fill, and what may stand in each: values of one list are never the same. */
interface Template {
  readonly sentence: string
  readonly values: Readonly<Record<string, readonly string[]>>
}

const numbers = ['1', '2', '3', '12', '21', '-3', '3.5', '35', '1,200', '1.200', '3%', 'seven', '0']
const dates = [
  '2024-01-05',
  '2024-05-01',
  '5 January',
  '5 June',
  '6 June',
  'Monday',
  'Tuesday',
  'last Friday',
  'next Friday',
]
const ids = ['INV-2024-001', 'INV-2024-010', 'inv-2024-001', 'A17', 'a17', 'A71', 'f3c9-12ab', 'f3c9-21ab']
const units = ['days', 'weeks', 'hours', 'months', 'minutes']
const sizes = ['MB', 'GB', 'Mb', 'kB']
const places = ['Paris', 'London', 'Rome', 'New York', 'New Orleans', 'the US', 'Texas', 'Springfield']
const smallPlaces = ['paris', 'london', 'rome', 'new york', 'new orleans', 'leeds', 'springfield']
const states = ['open', 'closed', 'pending', 'overdue', 'paid', 'unpaid', 'draft']
const people = ['Anna', 'Bob', 'Adams', 'Adam', 'Li Wei', 'Maria']
const smallPeople = ['anna', 'bob', 'maria', 'adams', 'adam']
const mails = ['anna@example.com', 'anna@example.org', 'ana@example.com', 'bob@example.com']
const pages = [
  'https://example.com/a',
  'https://example.com/b',
  'https://example.com/a?page=2',
  'https://example.com/A',
]
const files = ['src/index.ts', 'src/Index.ts', 'src/index.js', 'lib/index.ts']
const phrases = ['"climate change"', '"climate changes"', '"the climate"', '"climate"', '"weather"']
const colors = ['red', 'green', 'blue', 'black']
const currencies = ['euros', 'dollars', 'pounds', 'yen']
const formats = ['PDF', 'CSV', 'XML']
const codes = ['userId', 'userid', 'user_id', 'UserId']
const actions = ['cancel', 'track', 'return', 'change', 'delete']

/** What is said, and its opposite or its denial. */
const contrasts: readonly (readonly [string, readonly string[]])[] = [
  ['orders that {} shipped', ['are', 'are not', 'were', 'were never', 'will be']],
  ['Which customers {} paid?', ['have', "haven't", 'had']],
  ['flights {} a stop', ['with', 'without']],
  ['users {} admin rights', ['with', 'without', 'except those with']],
  ['{} access to the records', ['grant', 'revoke', 'no']],
  ['the {} flights to Oslo', ['cheapest', 'most expensive', 'fastest', 'shortest', 'first', 'last']],
  ['the {} price of gold', ['minimum', 'maximum', 'lowest', 'highest', 'latest', 'average']],
  ['tickets created {} noon', ['before', 'after', 'at', 'since', 'until', 'around']],
  ['orders {} 100 euros', ['over', 'under', 'of', 'above', 'below']],
  ['rooms for {} 4 people', ['at least', 'at most', 'exactly', 'more than', 'less than', 'fewer than', 'up to']],
  ['turn {} at the bridge', ['left', 'right']],
  ['the {} coast of Spain', ['northern', 'southern', 'eastern', 'western']],
  ['{} flights on Monday', ['inbound', 'outbound', 'domestic', 'international', 'direct', 'cheap']],
  ['how to {} notifications', ['enable', 'disable', 'hide', 'mute']],
  ['should I {} shares of Acme', ['buy', 'sell', 'hold']],
  ['sort the list in {} order', ['ascending', 'descending', 'random']],
  ['did sales {} in March', ['increase', 'decrease', 'rise', 'fall']],
  ['{} owns the warehouse', ['who', 'when', 'why', 'how', 'where']],
  ['{} I return the goods', ['can', 'must', 'should', 'will']],
  ['the weather in Vienna {}', ['today', 'tomorrow', 'yesterday', 'on Monday', '']],
  ['{} users', ['some', 'no', 'few', 'active', 'inactive', 'blocked', 'blocking', 'admin', 'anonymous', '']],
  ['the meeting at 3 {}', ['am', 'pm']],
  ['is it {} to park here', ['legal', 'illegal', 'safe', 'dangerous', 'possible', 'impossible', 'useful', 'useless']],
  ['{} users', ['all', 'some', 'no', 'most', 'half the']],
  ['how do I reset {} password', ['my', 'your', 'his', 'her', 'their']],
  ['red {} blue', ['and', 'or', 'but not', 'without']],
  ['latest {} from Acme', ['news', 'offers', 'releases']],
  ['orders {} Acme', ['from', 'to', 'by', 'against']],
  ['{} the discount for students', ['what is', 'is', 'was']],
  ['read the {} log', ['error', 'access', 'audit', 'success']],
  ['{} the contract', ['sign', 'review', 'end', 'renew', 'begin']],
]

const templates: readonly Template[] = [
  { sentence: 'orders with more than {n} items', values: { n: numbers } },
  { sentence: 'show me page {n} of the report', values: { n: numbers } },
  { sentence: 'deliveries due on {d}', values: { d: dates } },
  { sentence: 'what happened on {d}?', values: { d: dates } },
  { sentence: 'status of {i}', values: { i: ids } },
  { sentence: 'Who approved {i}?', values: { i: ids } },
  { sentence: 'remind me in {n} {u}', values: { n: ['2', '3'], u: units } },
  { sentence: 'files above 5 {s}', values: { s: sizes } },
  { sentence: 'What is the weather in {p}?', values: { p: places } },
  { sentence: 'hotels in {p}', values: { p: smallPlaces } },
  { sentence: '{p} weather', values: { p: smallPlaces } },
  { sentence: 'invoices that are {s}', values: { s: states } },
  { sentence: '{s} invoices', values: { s: states } },
  { sentence: 'phone number of {x}', values: { x: people } },
  { sentence: 'phone number of {x}', values: { x: smallPeople } },
  { sentence: 'mails from {m}', values: { m: mails } },
  { sentence: 'title of {u}', values: { u: pages } },
  { sentence: 'who changed {f}', values: { f: files } },
  { sentence: 'articles about {q}', values: { q: phrases } },
  { sentence: 'shoes in {c}', values: { c: colors } },
  { sentence: 'price in {c}', values: { c: currencies } },
  { sentence: 'export the table as {f}', values: { f: formats } },
  { sentence: 'where is {c} set', values: { c: codes } },
  { sentence: 'how do I {a} my order', values: { a: actions } },
  { sentence: 'flights from {a} to {b}', values: { a: places, b: places } },
  { sentence: 'flights from {a} to {b}', values: { a: smallPlaces, b: smallPlaces } },
  { sentence: 'to {b} from {a} by train', values: { a: places, b: places } },
  { sentence: 'did {a} pay {b}?', values: { a: people, b: people } },
  { sentence: 'is {a} older than {b}', values: { a: smallPeople, b: smallPeople } },
  { sentence: 'messages that {a} sent to {b} before {d}', values: { a: people, b: people, d: ['noon', 'Monday'] } },
]

/** Groups of requests of which no two mean the same. */
export const nearMisses: readonly (readonly string[])[] = [
  ...templates.map(({ sentence, values }) =>
    Object.entries(values).reduce<readonly string[]>(
      (sentences, [name, list]) =>
        sentences.flatMap((text) =>
          list.filter((value) => !text.includes(` ${value} `)).map((value) => text.replace(`{${name}}`, value)),
        ),
      [sentence],
    ),
  ),
  ...contrasts.map(([sentence, values]) => values.map((value) => sentence.replace('{}', value).trim())),
]
