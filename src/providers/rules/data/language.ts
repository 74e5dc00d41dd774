/** English as data: numbers, contractions, and words that carry no subject of their own. */

const list = (text: string): readonly string[] => text.trim().split(/\s+/)
const set = (text: string): ReadonlySet<string> => new Set(list(text))

const counted = list(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen`,
)
const tens = list('twenty thirty forty fifty sixty seventy eighty ninety')
const ordinals = list(
  `first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
  sixteenth seventeenth eighteenth nineteenth twentieth`,
)

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

/** `third` → 3. */
export const ordinalNumbers: ReadonlyMap<string, number> = new Map([
  ...ordinals.map((word, index): [string, number] => [word, index + 1]),
  ['thirtieth', 30],
])

/** What a contraction stands for; recognizers and hasty typists leave out the apostrophe. */
export const contractions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    whats: 'what is',
    wheres: 'where is',
    whos: 'who is',
    hows: 'how is',
    thats: 'that is',
    im: 'i am',
    dont: 'do not',
    doesnt: 'does not',
    cant: 'can not',
    cannot: 'can not',
    "can't": 'can not',
    "won't": 'will not',
    "let's": 'let us',
    gonna: 'going to',
    wanna: 'want to',
  }),
)

/** Other endings → the word. */
export const endings: Readonly<Record<string, string>> = { "'m": ' am', "'re": ' are', "'ll": ' will', "'ve": ' have' }

/** Words whose `'s` means `is`, not a possessive. */
export const isOwner = /^(what|who|where|when|how|it|that|there|here|he|she|everything|name|time)'s$/

export const months = list('january february march april may june july august september october november december')
export const weekdays = list('sunday monday tuesday wednesday thursday friday saturday')

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
  out kindly quickly currently current moment use using call tool function`,
)

/** Verbs of a tool's name that say little about what it is for. */
export const commonVerbs = set(
  'get set find check show look lookup up fetch create make do run tell give add use update list read handle query book send start',
)

/** Verbs that are left out when a tool is spoken of, besides those. */
export const spokenVerbs = set(
  'play transfer generate end search stop turn switch cancel delete remove schedule order request submit call open close',
)

/** Words about time, which are no names either. */
export const timeWords: ReadonlySet<string> = new Set([
  ...weekdays,
  ...months,
  ...list('morning evening afternoon noon midnight week month year weekend'),
])

/** Refusals of a question that was asked back. */
export const refusals =
  /^(?:never ?mind|forget (?:it|that|about it)|cancel(?: that| it)?|stop(?: it)?|no thanks?|no thank you|leave it)$/

/** Asks the same of something else. */
export const continues = /^(?:and|what about|how about)\b/
