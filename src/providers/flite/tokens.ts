/** Any text → what flite can read of it, token by token, each with its place in the text. */
import { rawTokensOf, type Token } from '../shared/tokens.ts'

export interface FliteToken extends Token {
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

const hasSound = /[A-Za-z0-9+=%@#$]/

/** The tokens of a text that can be spoken. Marks that stand alone go with the token before. */
export const fliteTokensOf = (text: string): FliteToken[] => {
  const tokens: FliteToken[] = []
  for (const { raw, text: bare, from, to } of rawTokensOf(text)) {
    const say = /^[—–―]/.test(raw) ? ',' : fold(raw)
    if (hasSound.test(say)) {
      tokens.push({ text: bare, from, to, say })
      continue
    }
    const before = tokens.at(-1)
    const mark = say.replace(/[^.,;:!?]/g, '').slice(0, 1)
    if (before && mark !== '' && !/[.,;:!?]$/.test(before.say))
      tokens[tokens.length - 1] = { ...before, say: before.say + mark }
  }
  return tokens
}
