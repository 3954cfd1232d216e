// NFKC would turn 10² into 102 and ① into 1: a mark keeps such digits apart from plain ones.
const raised = /[\p{No}ªº\u2070-\u209c]/gu
const signs = /[™℠®©]/g
const invisible = /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g
const quotes = /[‘’‛ʼ]/g
const doubleQuotes = /[“”„«»「」『』]/g
const dashes = /[\u2010-\u2013\u2212]/g
const longDashes = /[\u2014\u2015]/g

/** One spelling of every character: Unicode NFKC, plain quotes and hyphens, nothing invisible. Case stays. */
export function normalizeText(text: string): string {
  // ASCII has one spelling only.
  if (isAscii(text)) return text
  return text
    .replace(raised, '^$&')
    .replace(signs, ' ')
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(quotes, "'")
    .replace(doubleQuotes, '"')
    .replace(dashes, '-')
    .replace(longDashes, ' ')
}

/** Whether a text has printable ASCII and spaces only, as most have. */
export function isAscii(text: string): boolean {
  return !/[^ -~\s]/.test(text)
}
