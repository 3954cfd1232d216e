const quote = 0x22
const backslash = 0x5c

/** How deep the arrays and objects of a JSON text go, in one pass, without parsing; stops looking above `limit`. */
export function depthOfText(text: string, limit: number): number {
  if (!hasMoreOpenings(text, limit)) return 0
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length && deepest <= limit; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (code === 0x5d || code === 0x7d) depth -= 1
  }
  return deepest
}

/** A text with few openings cannot be deep: two native searches answer for nearly every call. */
function hasMoreOpenings(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  let left = limit
  for (const opening of ['{', '[']) {
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
      left -= 1
      if (left < 0) return true
    }
  }
  return false
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === backslash) at += 1
    else if (code === quote) return at
  }
  return text.length
}
