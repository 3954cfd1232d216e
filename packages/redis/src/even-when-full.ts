/**
 * The first line of a script that a full server runs, too: it refuses whatever may need room, and some of that would do harm
 * where it is refused. Only for what adds little, and not more and more.
 */
export const evenWhenFull = '#!lua flags=allow-oom'
