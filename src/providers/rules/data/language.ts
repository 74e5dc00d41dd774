/** English as data: numbers, contractions, and words that carry no subject of their own. */

const list = (text: string): readonly string[] => text.trim().split(/\s+/)
const set = (text: string): ReadonlySet<string> => new Set(list(text))

const counted = list(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen`,
)
const tens = list('twenty thirty forty fifty sixty seventy eighty ninety')

/** Words below one hundred → their value. */
export const smallNumbers: ReadonlyMap<string, number> = new Map([
  ...counted.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, index): [string, number] => [word, 20 + 10 * index]),
])

/** Words that multiply what stands before them. */
export const multipliers: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
])

/** How an utterance is read: what is found → what stands for it. Recognizers leave out apostrophes. */
export const readings: readonly (readonly [RegExp, string])[] = [
  [/’/g, "'"],
  [/(?<=\p{L})-(?=\p{L})/gu, ' '],
  [/\b(what|who|where|how|that)'?s\b/gi, '$1 is'],
  [/\b(it|there|here|he|she|name|time|when)'s\b/gi, '$1 is'],
  [/\b(i)'?m\b/gi, '$1 am'],
  [/\bcan(?:not|'?t)\b/gi, 'can not'],
  [/\bwon'?t\b/gi, 'will not'],
  [/\b(do|does|did|is|are)n'?t\b/gi, '$1 not'],
  [/'re\b/gi, ' are'],
  [/'ve\b/gi, ' have'],
  [/'ll\b/gi, ' will'],
  [/\ba (hundred|thousand|million|billion)\b/gi, 'one $1'],
  [/×/g, '*'],
  [/÷/g, '/'],
]

/** Words that begin a part of a sentence: a place, a person, a purpose. */
export const prepositions = set(
  `in at for near from to of with on about by called named saying between until within around into`,
)

/** Words that tell nothing about what is wanted: never the value of a parameter by themselves. */
export const emptyWords = set(
  `a an the this that these those my your our his her their its i you we he she it they me us him them am is are was
  were be been being do does did done have has had can could will would should shall may might must not no yes yeah
  yep ok okay please thanks thank well so uh um er hmm hey hi hello just really very some any what which who whom
  where when why how and or but then also too if as than like going go want wanna need now today tonight tomorrow
  yesterday right there here again more much many time let know tell give show get got find check look up see help
  out off without kindly quickly currently current moment use using call tool function monday tuesday wednesday thursday friday saturday
  sunday morning evening afternoon noon midnight week weekend`,
)

/** Verbs of a tool's name that say little about what it is for. */
export const commonVerbs = set(
  'get set find check show look lookup up fetch create make do run tell give add use update list read handle query book send start',
)
