import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../test/fixture/cpu-time.ts'
import { contentKey } from './content-key.ts'

function expectSame(...texts: readonly string[]): void {
  const keys = texts.map(contentKey)
  expect(keys).toEqual(keys.map(() => keys[0]))
}

function expectApart(...texts: readonly string[]): void {
  const keys = texts.map(contentKey)
  expect([...new Set(keys)]).toEqual(keys)
}

describe('what does not count', () => {
  it('is case, punctuation and space', () => {
    expectSame('open orders of acme', 'Open  orders of ACME!', '  OPEN ORDERS OF ACME.\n', '(open) orders, of "Acme"?')
  })

  it('is an article', () => {
    expectSame('who is the owner of a car', 'Who is owner of car?')
    expectSame('find an open ticket', 'find open ticket')
  })

  it('is how a request begins', () => {
    expectSame(
      'the capital of France',
      'What is the capital of France?',
      "what's the capital of France",
      'Please show me the capital of France',
      'Could you please tell me the capital of France?',
      'Hello, can you tell me the capital of France',
      'I would like to know the capital of France',
    )
  })

  it('is a plural', () => {
    expectSame('latest invoices', 'latest invoice')
    expectSame('boxes, cities, addresses and caches', 'box city address and cache')
  })

  it('is a contraction', () => {
    expectSame("who's on call", 'who is on call')
    expectSame("orders that don't ship", 'orders that do not ship')
    expectSame('users I cannot reach', "users I can't reach", 'users I can’t reach')
  })

  it('is the form of a verb that its subject asks for', () => {
    expectSame('where is my order', 'where are my orders')
    expectSame('who has a key', 'who have keys')
  })

  it('is a hyphen between words, and how Unicode spells them', () => {
    expectSame('well-known cafés', 'well known cafe\u0301s')
    expectSame('ｏｐｅｎ orders', 'open orders')
    expectSame('5–10 days', '5-10 days')
  })
})

describe('what counts', () => {
  it('is every number, with sign, separators, unit and percent', () => {
    expectApart(
      '5',
      '-5',
      '+5',
      '.5',
      '5.0',
      '1,000',
      '1.000',
      '5%',
      '$5',
      '€5',
      '5!',
      '5"',
      "5'",
      '#5',
      '10²',
      '102',
      '½',
    )
    expectApart('5 %', '5')
    expectApart('disk of 5 MB', 'disk of 5 Mb', 'disk of 5 GB')
    expectApart('plant of 5 mW', 'plant of 5 MW')
    expectApart('at 3 am', 'at 3 pm')
    expectSame('order 17.', 'order 17?')
  })

  it('is every date, id, address, path and piece of code, in its case', () => {
    expectApart('orders since 2024-01-05', 'orders since 2024-05-01')
    expectApart('order AB-12', 'order ab-12', 'order AB-21')
    expectApart('mail to anna@example.com', 'mail to anna@example.org', 'mail to anne@example.com')
    expectApart('open https://example.com/a?b=1', 'open https://example.com/a?b=2', 'open https://example.com/A?b=1')
    expectApart('read src/a.ts', 'read src/A.ts', 'read src/b.ts')
    expectApart('who sets userId', 'who sets userid', 'who sets user_id')
    expectApart('C developers', 'C++ developers', 'C# developers')
    expectApart('blood group A+', 'blood group A-', 'blood group A')
  })

  it('is a formula, sign by sign', () => {
    expectApart('5 - 3', '5 + 3', '5 3')
    expectApart('price < 5', 'price > 5', 'price <= 5')
    expectApart('2 * (3 + 4)', '(2 * 3) + 4', '2 * 3 + 4')
    expectApart('red and (blue or green)', '(red and blue) or green')
    expectApart('jaguar -car', 'jaguar car')
  })

  it('is a phrase in quotes, and a quoted word', () => {
    expectApart('find "a new hope"', 'find "new hope"', 'find "A new hope"')
    expectApart('rename `Users`', 'rename `users`')
    expectApart('who said "the"', 'who said')
    expectSame('who wrote "Hamlet"?', 'Who wrote Hamlet')
  })

  it('is a negation, with the pause behind it', () => {
    expectApart('orders that are not paid', 'orders that are paid', 'orders that are never paid')
    expectApart('flights without stops', 'flights with stops')
    expectApart('no errors', 'errors')
    expectApart('No, refunds', 'no refunds')
  })

  it('is the order of words', () => {
    expectApart('from Paris to Rome', 'from Rome to Paris', 'to Paris from Rome')
    expectApart('Anna pays Bob', 'Bob pays Anna')
  })

  it('is a preposition, a question word, a tense, a quantity', () => {
    expectApart('before noon', 'after noon', 'by noon')
    expectApart('who owns it', 'when owns it', 'where owns it', 'why owns it', 'how owns it')
    expectApart('who is chair', 'who was chair', 'who will be chair')
    expectApart('more than ten', 'less than ten')
    expectApart('there are a few errors', 'there are few errors')
    expectApart('what does it support', 'does it support')
    expectApart('is the discount for students', 'what is the discount for students')
  })

  it('is a verb in its form', () => {
    expectApart('blocked issues', 'blocking issues', 'block issues')
    expectApart('parking in Rome', 'park in Rome')
  })

  it('is an `s` that makes another word', () => {
    expectApart('latest news', 'latest new')
    expectApart('orders of Adams', 'orders of Adam')
    expectApart('New York Times', 'New York time')
    expectApart("Anna's orders", 'Anna orders')
  })

  it('is an `s` of a name, where a capital letter tells it', () => {
    expectApart('songs by the Doors', 'songs by the door')
    expectApart('score of the Jets in March', 'score of the Jet in March')
    expectApart('enable https', 'enable http')
    expectApart('rules for securities', 'rules for security')
    expectApart('pandas tutorial', 'panda tutorial')
    expectApart('canvas templates', 'canva templates')
    expectApart('spread of aids', 'spread of aid')
    expectSame('Late Invoices', 'late invoice')
    expectSame('weather in Athens', 'weather in athens')
  })

  it('is a greeting or a request that is a part of a name', () => {
    expectApart('hello kitty price', 'kitty price')
    expectApart('hello world in Python', 'world in Python')
    expectApart('ok computer release date', 'computer release date')
    expectApart('cast of The Office', 'cast of the office')
    expectApart('What Is Love lyrics', 'Love lyrics')
    expectApart('how to give thanks', 'how to give')
    expectApart('I want to see the doctor', 'the doctor')
    expectSame('Hello, list open orders. Thanks!', 'hi, please list open orders', 'OK! Please, list open orders')
    expectSame('hey can you list open orders', 'list open orders')
  })

  it('is every word where words are asked about', () => {
    expectApart('translate cats to German', 'translate cat to German', 'translate the cat to German')
    expectApart('how do you say please in French', 'how do you say in French')
    expectApart('how to spell orders', 'how to spell order')
    expectApart('what does the 404 mean', 'what does 404 mean in the word')
    expectSame('Translate cat to German!', 'translate cat to german')
  })

  it('is every sign of a query, a set of characters and a difference', () => {
    expectApart('select id from users', 'select id from user')
    expectApart('SELECT a FROM items', 'SELECT a FROM item')
    expectApart('select a, b from t', 'select a b from t')
    expectApart('match [abc]', 'match abc')
    expectApart('[a-z]', '[A-Z]')
    expectApart('x - y', 'x y')
    expectSame('Berlin - weather', 'Berlin weather')
  })

  it('is a letter that is a name', () => {
    expectApart('deficiency of vitamin A', 'deficiency of vitamin')
    expectApart('is server a down', 'is server down')
    expectApart('status of server-a here', 'status of server here')
    expectApart('The Who played', 'who played')
    expectApart('who leads the US', 'who leads us')
  })
})

describe('other languages', () => {
  it('keep every word', () => {
    expectApart('Juan mata a Pedro', 'Juan mata Pedro')
    expectApart('warum ist das nichts', 'warum ist das nicht')
    expectSame('¿Dónde está el hotel?', 'dónde está el hotel')
  })

  it('never share a key with another text, nor an empty one', () => {
    const texts = [
      '今天天气怎么样',
      '明天天气怎么样',
      'ما هو الطقس اليوم',
      'какая сегодня погода',
      '오늘 날씨',
      'आज का मौसम',
      '👍',
      '👎',
    ]
    expectApart(...texts, '', ' ', '?', '!', ':)', ':(')
    expectSame('今天天气怎么样？', '今天天气怎么样')
  })
})

it('has something of every text that has something', () => {
  expect(['the', 'a', 'please', 'what is', 'show me', 'Hello!', '?'].map(contentKey)).toEqual([
    'the',
    'a',
    'please',
    'what is',
    'show me',
    'hello',
    '?',
  ])
})

it('reads names of what objects have as words', () => {
  expectApart('constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf')
})

it('is the same for a key of plain words, so nothing is folded twice', () => {
  const word = fc.constantFrom(
    'orders',
    'the',
    'of',
    'Paris',
    'not',
    '12',
    'cheap',
    'a',
    'who',
    'is',
    'show',
    'me',
    '-',
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const text = words.join(' ')
      expect(contentKey(text.toUpperCase().toLowerCase())).toBe(contentKey(text.toLowerCase()))
    }),
  )
})

it('never gives two numbers one key', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      fc.pre(String(a) !== String(b))
      expect(contentKey(`total over ${a} euros`)).not.toBe(contentKey(`total over ${b} euros`))
    }),
  )
})

const character = fc.constantFrom(...'aZ5 .-"\'`(<&é今ß²👍؟\u0301\u200b\ud800\n')

it('takes any text, and has a key for each that is not empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
      expect(contentKey(text) === '').toBe(text === '')
    }),
    { examples: [['``'], ["please;'-please"]] },
  )
})

it.each([
  'a',
  '.',
  ' ',
  '"a ',
  "'a ",
  '`a ',
  '“a ',
  'a.',
  'a-',
  "a'",
  '1,',
  'no, ',
  '(',
  '今',
  '²',
  '\u0301',
  'Word s ',
])('reads a long text of %j in time that grows with its length only', (unit) => {
  const text = unit.repeat(100_000 / unit.length)
  const startedAt = cpuTime()
  contentKey(text)
  contentKey(`x${text}x`)
  expect(cpuTime() - startedAt).toBeLessThan(1_500)
})
