import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cpuTime } from '../../../test/fixture/cpu-time.ts'
import { readLines, refusingGuard } from './refusing-guard.ts'

const check = (a: string, b: string): string | undefined => {
  const [there, back] = [refusingGuard(readLines(a), readLines(b)), refusingGuard(readLines(b), readLines(a))]
  expect(there).toBe(back)
  return there
}

it.each([
  ['cheap flights to Oslo', 'affordable flights to Oslo'],
  ['How do I reset my password?', 'What is the way to reset my password'],
  ['What is the capital of France?', 'Which city is the capital of France?'],
  ['two rooms in Rome', 'Find 2 rooms in Rome'],
  ['orders over 1,000 euros', 'list orders over 1000 euros'],
  ["orders that don't ship", 'show orders that do not ship'],
  ['Is there a train to Graz?', 'Are there any trains to Graz'],
  ['How tall is Mount Everest?', 'What is the height of Mount Everest?'],
  ['how can one return it', 'how can I return it'],
  ['flights at 3 am', 'flights at 3 AM'],
  ['look up orders of acme', 'get me orders of acme'],
  ['I want to find a hotel in Rome', 'give me hotels in Rome'],
  ['红色的车', '红色的车？'],
])('lets pass: %s | %s', (a, b) => {
  expect(check(a, b)).toBeUndefined()
})

it.each([
  ['numbers', 'page 2 of the list', 'page 3 of the list'],
  ['numbers', 'two rooms', 'three rooms'],
  ['numbers', 'from 5 to 10', 'from 10 to 5'],
  ['numbers', 'a discount of 5%', 'a discount of 5'],
  ['numbers', 'orders since 2024-01-05', 'orders since 2024-05-01'],
  ['numbers', 'flights with one stop', 'flights with a stop'],
  ['identifiers', 'mails from anna@example.com', 'mails from bob@example.com'],
  ['identifiers', 'find "good day"', 'find "good night"'],
  ['identifiers', 'who sets userId', 'who sets userid'],
  ['negations', 'orders that are paid', 'orders that are not paid'],
  ['negations', 'hotels with a pool', 'hotels without a pool'],
  ['negations', 'does it work', 'doesnt it work'],
  ['negations', 'das ist gut', 'das ist nicht gut'],
  ['negations', '我喜欢茶', '我不喜欢茶'],
  ['names', 'weather in Paris', 'what is it like in London'],
  ['names', 'weather in Paris', 'the weather'],
  ['names', 'orders of Simmons', 'orders by Simmon'],
  ['names', 'who said "maybe"', 'who said "later"'],
  ['opposites', 'how to enter the code', 'how to exit the code'],
  ['opposites', 'is it legal here', 'is it illegal here'],
  ['opposites', 'useful tips', 'useless tips'],
  ['opposites', 'does the price rise', 'does the price fall'],
  ['members', 'open on monday', 'is it open on a tuesday'],
  ['members', 'weather today', 'weather'],
  ['members', 'timeout of five seconds', 'timeout of five minutes'],
  ['members', 'cancel my order', 'how do I track my order'],
  ['members', 'who was chair', 'who is chair'],
  ['members', 'the cheapest room', 'the best room'],
  ['members', 'there are a few errors', 'there are few errors'],
  ['questions', 'who owns the tool', 'when owns the tool'],
  ['questions', 'how do users log in', 'how many users log in'],
  ['questions', 'is the discount for students', 'the discount for students'],
  ['questions', 'which city has most people', 'which country has most people'],
  ['questions', 'find the who concert', 'find who concert'],
  ['order', 'did anna pay bob', 'did bob pay anna'],
  ['order', 'not open but full', 'open but not full'],
  ['roles', 'messages by anna', 'messages for anna'],
  ['roles', 'tickets assigned to me', 'tickets assigned by me'],
  ['roles', 'meeting with anna', 'meeting about anna'],
  ['members', 'reset my password', 'reset your password'],
  ['members', 'rooms for 4 people', 'rooms for up to 4 people'],
  ['roles', 'is anna paid by bob', 'is anna paid bob'],
  ['objects', 'houses', 'houses in ghent'],
  ['objects', 'sales that we make in ghent', 'how do sales look in leeds'],
  ['objects', 'a list of users', 'names of tools'],
  ['wording', 'leeds hotels', 'ghent hotels'],
  ['wording', 'new york weather', 'leeds weather'],
  ['wording', 'admin users', 'users'],
  ['wording', '巴黎的天气', '伦敦的天气'],
  ['verbatim', '2 + 3', '2 + 4'],
  ['verbatim', 'a or (b and c)', 'a or b and c'],
  ['verbatim', '', ' '],
  ['verbatim', 'x\n?', 'x\n!'],
  ['verbatim', 'translate a cat to german', 'translate the cat to german'],
  ['order', 'only admins can read files', 'admins can only read files'],
  ['order', 'red and blue or green shirts', 'red or blue and green shirts'],
  ['order', 'compare plan a with plan b', 'compare plan b with plan a'],
  ['members', 'turn the heat up', 'turn the heat off'],
  ['members', 'what happened a month ago', 'what happened in a month'],
  ['members', 'did I pay the invoice', 'did you pay the invoice'],
  ['members', 'all but two tickets', 'all two tickets'],
  ['members', 'show me what you can do', 'show me what I can do'],
  ['members', 'what is mine', 'what is yours'],
  ['members', 'what can I do', 'what can you pay'],
  ['members', 'sales of this week', 'sales of that week'],
  ['members', 'play it again', 'play it'],
  ['members', 'call back anna', 'call anna'],
  ['members', 'other users', 'users'],
  ['wording', 'how do I give feedback', 'how do I get feedback'],
  ['wording', 'give money to anna', 'get money to anna'],
  ['wording', 'how to show a map', 'how to find a map'],
  ['wording', 'fail to deploy', 'deploy'],
  ['wording', 'hotels of acme', 'boutique hotels of acme'],
  ['numbers', 'one way flights to ghent', 'flights to ghent'],
  ['roles', 'what is anna looking for', 'what is anna looking at'],
  ['roles', 'talks on war', 'talks in war'],
  ['roles', 'mail from anna and bob', 'mail from anna to bob'],
  ['questions', 'what does anna like', 'what is anna like'],
  ['lines', 'red', 'red\nblue'],
  ['wording', 'red\nblue shoes', 'red blue\nshoes'],
])('by %s refuses: %s | %s', (guard, a, b) => {
  const refusal = check(a, b)
  expect(refusal).toBeDefined()
  expect(guard).toBe(refusal)
})

it('lets every text stand for itself, whatever it is, and every pair be judged', () => {
  const piece = fc.constantFrom(
    'Paris',
    'not',
    'the',
    '5',
    '(',
    'open',
    '今天',
    '"a b"',
    'to',
    ',',
    '-',
    '\n',
    '👍',
    "n't",
    'é',
  )
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(' '))
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(check(a, a)).toBeUndefined()
      check(a, b)
    }),
  )
})

it('reads long texts in time that grows with their length only', () => {
  for (const unit of ['word ', 'every ', 'in ', 'not ', '5 ', 'Paris in ', '今', 'a, ']) {
    const text = unit.repeat(60_000 / unit.length)
    const startedAt = cpuTime()
    refusingGuard(readLines(text), readLines(`${text} more`))
    expect(cpuTime() - startedAt).toBeLessThan(3_000)
  }
})
