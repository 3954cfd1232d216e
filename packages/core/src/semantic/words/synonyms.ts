/*
 * A line for each meaning: in a request its words can stand for one another, whatever the request is about. Short on
 * purpose: a word that is not here has no synonym, and that costs a miss. No word is on two lines.
 */
const lines = `
buy purchase
cheap inexpensive affordable
cost price
big large
quick fast rapid
start begin commence
end finish
fix repair
error failure
bug defect
remove delete erase
create make
change modify alter
choose select pick
allow permit
require need
use utilize
explain describe
near nearby
car automobile
bike bicycle
doctor physician
lawyer attorney
phone telephone
tv television
movie film
photo picture image
customer client
employee staff personnel worker
company firm
salary wage
parcel package
apartment flat
vacation holiday
trip journey
street road
shop store
child kid children
email mail
website site
folder directory
manual handbook
guide tutorial
argument parameter
sum total
important essential
simple easy
difficult hard
smart clever
happy glad
sick ill
beautiful pretty
entire whole
several various
ideal perfect
common frequent
often frequently
also additionally
instantly immediately
`

const roots: ReadonlyMap<string, string> = new Map(
  lines
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([root = '', ...others]) => others.map((word) => [word, root] as const)),
)

/** The word that stands for all that mean the same, given a word as a content key has it. */
export function rootOf(word: string): string {
  return roots.get(word) ?? word
}
