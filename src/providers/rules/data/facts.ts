/** What people say of themselves that is worth remembering, and how it is put. */

/** What follows, up to a mark or a word that begins something else. */
const rest = String.raw`(\p{L}[^,.;!?]{0,80}?)(?= (?:and|but|because|so|when|which|who|then|please|with|too)\b|[,.;!?]|\s*$)`
const form = (before: string, after = rest): RegExp => new RegExp(`\\b${before} ${after}`, 'iu')
const am = "i(?: a|['’])m"
const kin =
  'wife|husband|partner|son|daughter|brother|sister|mother|father|mom|dad|friend|boyfriend|girlfriend|dog|cat|horse|baby|boss'

/** Form → fact with `$1`, `$2` as said. A fact of the same `about` replaces an older one. */
export const factForms: readonly {
  readonly form: RegExp
  readonly fact: string
  readonly about?: string
}[] = [
  { form: form('i (?:live|reside|am living) in'), fact: 'The user lives in $1.', about: 'The user lives in ' },
  { form: form(`(?:i come|${am}) from`), fact: 'The user is from $1.', about: 'The user is from ' },
  {
    form: form('i (?:really |also )?(?:like|love|enjoy)(?! you\\b| it\\b| that\\b| this\\b)'),
    fact: 'The user likes $1.',
  },
  {
    form: form("i (?:really )?(?:hate|dislike|do not like|don[’']t like)(?! you\\b| it\\b| that\\b| this\\b)"),
    fact: 'The user does not like $1.',
  },
  { form: form('i prefer'), fact: 'The user prefers $1.' },
  { form: form('i work (as|at|for|in)'), fact: 'The user works $1 $2.' },
  { form: form(`${am} an?(?! bit\\b| little\\b| lot\\b)`), fact: 'The user is a $1.' },
  { form: form(`${am} allergic to`), fact: 'The user is allergic to $1.' },
  {
    form: form(`${am} (\\d+|\\p{L}+(?:[ -]\\p{L}+)?) years old`, ''),
    fact: 'The user is $1 years old.',
    about: 'years old',
  },
  {
    form: form('i have (an?|two|three|four|five)(?! question\\b| problem\\b| bit\\b| look\\b| moment\\b| second\\b)'),
    fact: 'The user has $1 $2.',
  },
  { form: form('my birthday is(?: on)?'), fact: "The user's birthday is $1.", about: "The user's birthday " },
  { form: form(`my (${kin}) is (?:called|named)`), fact: "The user's $1 is called $2." },
  { form: form(`my (${kin})['’]?s name is`), fact: "The user's $1 is called $2." },
  { form: form('my favou?rite (\\p{L}+(?: \\p{L}+)?) is'), fact: "The user's favorite $1 is $2." },
  { form: form('remember that'), fact: 'To be remembered: $1.' },
]

/** The name in a fact, as rules and models put it. */
export const factName = /\buser['’]s name is (\p{L}[\p{L}'’-]{0,30})/iu

/** What a listener says. */
export const listenerWords = ['mm-hm', 'I see', 'right', 'okay'] as const
/** And to bad news. */
export const sadWords =
  /\b(?:sad|sorry|unfortunately|lost|died|dead|broken|broke|problem|terrible|awful|hurts?|sick|failed|worse)\b/i
export const sympathy = 'oh no'

export const fillerWords = 'Let me think.'
