import { redactAssignments } from './text/redact-assignments.ts'

/*
 * Every pattern runs in linear time on any input: what repeats is bounded, or ends at a character that every match
 * starts with, or can begin only where a run of characters begins.
 */

/** Before the key itself an older form has a few headers, such as `DEK-Info: AES-128-CBC,0A`. */
const privateKey =
  /-----BEGIN [A-Z ]{0,40}KEY(?: BLOCK)?-----(?:[\w+/=\s\\:,.]*-(?!-)){0,9}[\w+/=\s\\:,.]*(?:-----END [A-Z ]{0,40}KEY(?: BLOCK)?-----)?/g
/** The slashes may be escaped, as in JSON of PHP. */
const userInfo = /(:(?:\\*\/){2})[^\s/?#"<>]*@/g
/** A password with a slash in it, unlike a port before a path. */
const userInfoWithSlash = /(:(?:\\*\/){2})[^\s/:@?#"<>]{0,64}:(?!\d{1,5}(?:[/?#\s]|$))[^\s@"<>]{0,100}@/g
/** `Bearer realm=…` and prose about bearers hold no credential. */
const bearer = /\b(bearer[ \t]{1,8})(?!(?:auth\w*|tokens?|realm|of|is|was|not|and|or|scheme)\b)[^\s"',;[\]]+/gi
/** Base64 has a capital or a digit inside, which a word after `basic` has not. */
const basic = /\b((?:[Bb]asic|BASIC)[ \t]{1,8})(?=\w[a-z]{0,64}[A-Z0-9+/=])[A-Za-z0-9+/_=-]{4,}/g
const commandLine = /(--[\w-]{0,32}(?:pass(?:word|wd)?|token|secret|key)[ \t]{1,8})(?:"[^"]*"|'[^']*'|[^\s:=-]\S*)/gi
/** Signed ones have three parts, encrypted ones five, of which the second may be empty. */
const jsonWebToken = /(?<![\w-])eyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g
const knownKeys =
  /(?<![A-Za-z0-9])(?:[spr]k[-_](?=[\w-]{0,15}\d|[\w-]{16})[\w-]{6,}|(?:gh[oprsu]|npm|hf)_[A-Za-z0-9]{16,}|(?:github_pat_|glpat-|xox[a-z]-|xapp-|GOCSPX-|ya29\.|AIza)[\w-]{10,}|A[KS]IA[A-Z0-9]{16})/g
/** What the matches of the patterns above have in them, and of what is assigned to names. */
const shape =
  /--|eyJ|[bB](?:[eE][aA][rR][eE][rR]|[aA][sS][iI][cC])[ \t]|[spr]k[-_]|gh[oprsu]_|pat_|npm_|hf_|glpat-|xox[a-z]-|xapp-|GOCSPX-|ya29\.|A(?:KIA|SIA|Iza)/
const sign = /[=:%]/
const stem = /key|token|auth|pass|sig|secret|credential|pwd|jwt|cookie/i

/**
 * Takes what looks like a secret out of a text: user info in URLs, Bearer and Basic credentials, values given to
 * names like `key`, `token`, `password` and `secret` (as `name=value`, in query strings and in JSON), private keys,
 * web tokens, and keys of known shapes such as `sk-…`. Takes time in proportion to the length of the text.
 */
export function redactText(text: string): string {
  if (!isSuspect(text)) return text
  const shown = text
    .replace(privateKey, '[redacted]')
    .replace(userInfo, '$1[redacted]@')
    .replace(userInfoWithSlash, '$1[redacted]@')
    .replace(bearer, '$1[redacted]')
    .replace(basic, '$1[redacted]')
    .replace(commandLine, '$1[redacted]')
    .replace(jsonWebToken, '[redacted]')
    .replace(knownKeys, '[redacted]')
  return redactAssignments(shown)
}

/** Most texts hold nothing that any pattern could match: to see that is much quicker than to try them all. */
function isSuspect(text: string): boolean {
  if (shape.test(text)) return true
  return sign.test(text) && (stem.test(text) || text.includes('@'))
}
