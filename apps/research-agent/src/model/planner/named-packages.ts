/** Words of questions that are also names of packages, and hardly ever meant so. */
const plainWords = new Set(
  'which what who where when how why does do is are was the and or of to in on for with from about than by it its this that used use uses open once send through depends deprecated size path escape yes read version versions license licence exports function object'.split(
    ' ',
  ),
)

/** The installed packages that a question names, in the order of their names in it. */
export function namedPackages(question: string, names: readonly string[]): string[] {
  const known = new Set(names)
  const words = question.split(/[\s,;:!?()'"`“”‘’]+/).map((word) => word.replace(/\.+$/, '').toLowerCase())
  return [...new Set(words)].filter((word) => known.has(word) && !plainWords.has(word))
}
