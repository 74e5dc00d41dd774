/** Fixed sentences, and what is said for what. `{user}`: `, Ana` where the name is known. */

const who = 'I am {me}, a rule-based demonstration, not a language model.'
const abilities =
  'I can tell the time and date, do sums, convert units, spell words, repeat and rephrase, remember your name for this conversation, tell stories of any length, and use the tools of this session.'

export const phrases = {
  greeting: `Hello{user}! ${who} Ask me what I can do.`,
  fallback:
    'Sorry{user}, I have no rule for that. I am not a language model. You can ask me for the time, a sum, a conversion, a spelling or a story.',
  nothingHeard: 'I did not catch any words. Are you still there?',
  anythingElse: 'I am still here{user}. Ask me for the time, a sum or a story.',
  nothingSaid: 'Nothing has been said before that.',
  nothingNew: 'I have no other words for that. It was: ',
  noName: 'You have not told me your name yet.',
} as const

/** Small talk: what is said → the answer. Tried in order, on the whole line. */
export const smallTalk: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:who|what) are you\b|\bwhat is your name\b|\bwhat (?:should|can|do) i call you\b|\bare you (?:an? )?(?:real|human|person|robot|machine|bot|ai|artificial|language model|chat ?gpt|computer|alive|program)\b|\bintroduce yourself\b|\btell me about yourself\b|\b(?:who am i (?:talking|speaking) (?:to|with))\b/,
    `${who} I know a few things by rule and understand nothing beyond them. ${abilities}`,
  ],
  [
    /\bwhat (?:can|do|could) you (?:do|know|help|answer|offer)\b|\bwhat (?:are your|else can you|can i (?:ask|say|do))\b|^(?:help|help me|i need help|can you help me)$|\bhow (?:can|do) you (?:help|work)\b|\bwhich tools\b|\bwhat tools\b/,
    `${abilities} The tools of this session are for: {tools}.`,
  ],
  [
    /^(?:(?:and )?how are you(?: doing| today| feeling)*|how is it going|how do you do|are you (?:ok|okay|well))$/,
    'I am running well, thank you. How can I help{user}?',
  ],
  [/\b(?:thanks|thank you|cheers|much appreciated)\b/, 'You are welcome{user}.'],
  [
    /^(?:okay |ok |well )?(?:good ?bye|bye(?: bye)?|see you(?: later| soon| tomorrow)?|good night|farewell|so long|have a (?:nice|good) \w+)(?: .{0,20})?$/,
    'Goodbye{user}. It was nice to talk to you.',
  ],
  [
    /^(?:yes|yeah|yep|sure|okay|ok|all right|alright|fine|good|great|cool|nice|perfect|right|i see)(?: then| please)?$/,
    'All right. What would you like next{user}?',
  ],
  [
    /^(?:no|nope|not now|nothing|no thanks?|no thank you|never ?mind|forget (?:it|that)|stop(?: it)?|cancel|enough|be quiet|shut up)$/,
    'All right, I will leave it.',
  ],
  [/^(?:sorry|i am sorry|excuse me)$/, 'No problem{user}.'],
  [
    /\b(?:can you hear me|are you (?:still )?there|is anybody there|is this working|testing)\b|^test(?: 1)?(?: 2)?(?: 3)?$/,
    'Yes, I can hear you{user}.',
  ],
  [
    /\b(?:joke|something funny)\b/,
    'I know just one: parallel lines have so much in common. It is a pity that they will never meet.',
  ],
  [
    /\bi (?:love|like) you\b|\byou are (?:great|nice|good|funny|smart|cool|awesome|amazing)\b/,
    'Thank you, that is kind. I am only rules, though.',
  ],
  [
    /\b(?:who|what) made you\b|\bwho (?:wrote|built|created) you\b/,
    'I am a set of rules that comes with this server, so that it can be tried with no key and no network.',
  ],
]

/** A greeting at the start. */
export const greets =
  /^(?:(?:hello|hi|hey|howdy|hiya|greetings|good (?:morning|afternoon|evening|day))(?: there| again| everyone| everybody| parley)?(?: and)?(?: |$))+/

/** Asks for the time, the date or the year here. */
export const asksTime =
  /\b(?:what time (?:is it|it is)|what (?:is )?the (?:current |exact )?time|what the time is|tell me the time|(?:have you got|do you have) the time|current time)\b(?!.* in )|^time$/
export const asksDate =
  /\b(?:what|which) (?:day|date|weekday)(?: of the week)?(?: is)? (?:it|today)\b|\b(?:what is|tell me|what) (?:the|today's|todays)(?: current)? (?:day|date)\b(?! of)|^(?:the )?date$|\bwhat (?:day|date) it is\b/
export const asksYear = /\b(?:what|which) year\b/

/** Asks for the last answer once more. */
export const asksAgain =
  /^(?:please )?(?:(?:can|could|would) you )?(?:please )?(?:(?:say|repeat|tell me) (?:that|it|this|yourself)(?: again| once more| 1 more time| please)*|repeat|again|once more|1 more time|say again|come again|pardon(?: me)?|what|what did you (?:just )?say|i did not (?:hear|catch|get|understand) (?:that|you|it)|excuse me what)(?: please)?$/

/** Asks for the last answer in other words. */
export const asksRephrase =
  /^(?:please )?(?:(?:can|could|would) you )?(?:please )?(?:rephrase|reword|paraphrase|(?:say|put|tell me) (?:that|it|this) (?:in other words|differently|another way|in a different way)|in other words)(?: (?:that|it|this|your (?:last )?(?:answer|sentence)))?(?: please| for me)*$/

/** Asks for what the user said before. */
export const asksOwnWords =
  /^(?:what did i (?:just )?say|what was my (?:last )?(?:question|sentence)|repeat what i (?:just )?said)$/

/** Words and phrases → others that mean the same, for rephrasing. */
export const synonyms: ReadonlyMap<string, string> = new Map([
  ['i can', 'I am able to'],
  ['i cannot', 'I am unable to'],
  [
    'i am a rule-based demonstration, not a language model',
    'I am not a language model, only a demonstration made of rules',
  ],
  ['ask me what i can do', 'say help to hear what I know'],
  ['today is', 'we have'],
  ['you are welcome', 'it was a pleasure'],
  ['hello', 'greetings'],
  ['sorry', 'I apologize'],
  ['all right', 'very well'],
  ['goodbye', 'farewell'],
  ['begin', 'start'],
  ['start', 'begin'],
  ['buy', 'purchase'],
  ['get', 'obtain'],
  ['help', 'assist'],
  ['big', 'large'],
  ['large', 'big'],
  ['small', 'little'],
  ['fast', 'quick'],
  ['quick', 'fast'],
  ['happy', 'glad'],
  ['sad', 'unhappy'],
  ['nice', 'pleasant'],
  ['good', 'fine'],
  ['bad', 'poor'],
  ['need', 'require'],
  ['want', 'wish'],
  ['have to', 'must'],
  ['many', 'a lot of'],
  ['maybe', 'perhaps'],
  ['finish', 'complete'],
  ['choose', 'pick'],
])

/** Any of them, as a whole word. */
export const knownWords = new RegExp(`(?<![\\p{L}'])(?:${[...synonyms.keys()].join('|')})(?![\\p{L}'])`, 'giu')

/** Rephrase what follows; say what follows; spell what follows. */
export const rephraseThis = /^(?:rephrase|reword|paraphrase)\s*:?\s+(?!(?:that|it|this)$)(.+)$/is
export const sayThis = /^(?:(?:repeat|say) after me|say|repeat)\s*[:,]?\s+["“]?(.+?)["”]?$/is
export const spellThis = /\bspell(?: out| the word| the name| for me)*[ :]+["“]?(\p{L}[\p{L}'’-]*)/iu

/** What may stand before an order. */
export const politeness =
  /^(?:(?:please|and|so|well|okay|ok|um|uh|hey|now|then|can you|could you|would you|will you|i want you to|i would like you to|(?:hey |hello |hi )?parley),?\s+)+/i

/** Asks for the user's name. */
export const asksMyName =
  /\bwhat is my name\b|\bwho am i\b(?! (?:talking|speaking))|\b(?:know|remember|say|recall) my name\b/

/** A question for what a tool needs, as this agent asks it. */
export const asksBack = /^Which .+ should I use for the .+\?$/
