/** Any text → what flite can read of it, token by token, each with its place in the text. */

/** A part of a text between spaces. */
export interface Token {
  /** As it is in the text, without marks around it. */
  readonly text: string
  readonly from: number
  readonly to: number
  /** What flite is given for it: printable ASCII that is no markup, with the marks that follow it. */
  readonly say: string
}

// What decomposition does not make ASCII.
const spoken: Readonly<Record<string, string>> = {
  ...{ '’': "'", '‘': "'", '‛': "'", '“': '"', '”': '"', '„': '"', '…': '...', '‚': ',', '؟': '?', '؛': ';', '،': ',' },
  ...{
    '。': '.',
    '！': '!',
    '？': '?',
    '、': ',',
    '，': ',',
    '；': ';',
    '：': ':',
    '।': '.',
    '‐': '-',
    '‑': '-',
    '−': '-',
  },
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ł: 'l', Ł: 'L', ı: 'i' },
  ...{ ð: 'th', Ð: 'Th', þ: 'th', Þ: 'Th', '⁄': '/' },
  ...{
    '&': ' and ',
    '€': ' euro ',
    '£': ' pound ',
    '¥': ' yen ',
    '°': ' degrees ',
    '×': ' times ',
    '÷': ' divided by ',
  },
  ...{ '±': ' plus or minus ', '≈': ' about ', '≤': ' at most ', '≥': ' at least ', '→': ' to ' },
}

/** ASCII that sounds like it; what flite cannot say becomes a space. Flite's own markup begins with `<`, so that too. */
const fold = (text: string): string =>
  [...text]
    .map((char) => spoken[char] ?? char)
    .join('')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9.,;:!?'()+=%@#$*/" -]/g, ' ')
    .replace(/([.,;:!?'()+=%@#$*/" -])\1{3,}/g, '$1$1$1')
    .replace(/ +/g, ' ')
    .trim()

/** A dash parts words as a comma does. A token is not longer than a text for flite may be. */
const tokenPattern = /[—–―]+|[^\s—–―]{1,200}/gu
const hasSound = /[A-Za-z0-9+=%@#$]/
const edges = /^[^\p{L}\p{N}+=%@#$€£¥°]*|[^\p{L}\p{N}+=%@#$€£¥°]*$/gu

/** The tokens of a text that can be spoken. Marks that stand alone go with the token before. */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  for (const { 0: raw, index } of text.matchAll(tokenPattern)) {
    const say = /^[—–―]/.test(raw) ? ',' : fold(raw)
    if (!hasSound.test(say)) {
      const before = tokens.at(-1)
      const mark = say.replace(/[^.,;:!?]/g, '').slice(0, 1)
      if (before && mark !== '' && !/[.,;:!?]$/.test(before.say))
        tokens[tokens.length - 1] = { ...before, say: before.say + mark }
      continue
    }
    const [lead = '', trail = ''] = raw.match(edges) ?? []
    const bare = lead.length + trail.length < raw.length
    const from = index + (bare ? lead.length : 0)
    const to = index + raw.length - (bare ? trail.length : 0)
    tokens.push({ text: text.slice(from, to), from, to, say })
  }
  return tokens
}

/** Long enough for a phrase of its own, at a mark. */
const phraseLength = 250
const longestLength = 500

/** Tokens in runs that flite speaks as one: all of them, unless there are very many. */
export const phrasesOf = (tokens: readonly Token[]): Token[][] => {
  const phrases: Token[][] = []
  let phrase: Token[] = []
  let length = 0
  for (const token of tokens) {
    phrase.push(token)
    length += token.say.length + 1
    if (length < phraseLength || (length < longestLength && !/[.!?;:,]["')]*$/.test(token.say))) continue
    phrases.push(phrase)
    phrase = []
    length = 0
  }
  if (phrase.length > 0) phrases.push(phrase)
  return phrases
}
