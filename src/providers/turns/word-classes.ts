/** English words by what they leave open: `the` wants a noun, `because` a clause, `please` nothing. */

const members: Readonly<Record<string, string>> = {
  article: 'a an the',
  possessive: 'my your his its our their whose',
  demonstrative: 'this that these those',
  quantity: 'some any no every each another several many much more most few both all either neither other less enough',
  preposition:
    'of to in for on with at by from about into over after before between under through during against among within without toward towards upon across behind beyond near around along until till since as than like via per off out up down',
  joining: 'and or but nor so yet plus then',
  subordinating: 'because if when while although though unless whereas whether once whenever wherever cause',
  auxiliary:
    "is are was were be been being am do does did has have had will would can could shall should may might must isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't can't cannot couldn't shouldn't",
  contracted:
    "i'm i'd i'll i've you're you'd you'll you've he's he'll he'd she's she'll she'd it's it'll we're we'll we've we'd they're they'll they've they'd that's there's what's who's where's how's here's let's",
  subject: 'i he she we they who',
  object: 'me him her us them myself yourself himself herself itself ourselves themselves mine yours hers ours theirs',
  pronoun:
    'you it one something anything nothing everything someone anyone everyone nobody somebody anybody everybody here there',
  asking: 'what which where how why whom',
  filler: 'um uh er erm hmm hm mm uhm ah eh',
  opening: 'well actually basically also maybe perhaps anyway',
  agreeing: 'yes yeah yep yup no nope okay ok sure right correct exactly absolutely alright fine mhm definitely',
  polite: 'please thanks hello hi hey bye goodbye sorry welcome',
  degree: 'very really quite too just only even almost pretty rather still not never always often sometimes',
  wanting: 'want need like would wanna gonna going trying got put make get give take tell send set add let',
  time: 'today tomorrow tonight yesterday now later soon again morning afternoon evening night noon midnight am pm weekend',
  day: 'monday tuesday wednesday thursday friday saturday sunday',
  month: 'january february march april may june july august september october november december',
  tens: 'twenty thirty forty fifty sixty seventy eighty ninety',
  teen: 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  big: 'hundred thousand million',
  digit: 'zero one two three four five six seven eight nine oh',
  street: 'street road avenue lane drive boulevard court place square st rd ave way',
}

const classes = new Map<string, string>()
for (const [name, words] of Object.entries(members))
  for (const word of words.split(' ')) if (!classes.has(word)) classes.set(word, name)

/** Endings that tell the kind of a word, the longest first. */
const endings = ['tion', 'ness', 'ment', 'ing', 'est', 'ous', 'ful', 'ive', 'ly', 'ed', 'er', 'al', 's', 'y'] as const

/** The class of a word in lower case; words that are not listed go by their ending, `x-ing`, or are `other`. */
export const wordClass = (word: string): string => {
  const known = classes.get(word)
  if (known !== undefined) return known
  if (/^\d/.test(word)) return 'number'
  if (word.length === 1) return 'letter'
  const ending = word.length > 4 ? endings.find((one) => word.endsWith(one)) : undefined
  return ending ? `x-${ending}` : 'other'
}
