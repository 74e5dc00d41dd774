/** The words of a text as they are said, each with its place: what gets times when the text is spoken. */

/** A part of a text between spaces, or a word where there are none. */
export interface Token {
  /** As it is in the text, without marks around it. */
  readonly text: string
  readonly from: number
  readonly to: number
}

/** A token with the marks around it; or only marks, which belong to the token before. */
export interface RawToken extends Token {
  readonly raw: string
}

/** A dash parts words as a comma does. No token is longer than an engine can take. */
const tokenPattern = /[—–―]+|[^\s—–―]{1,200}/gu
const edges = /^[^\p{L}\p{N}\p{M}+=%@#$€£¥°]*|[^\p{L}\p{N}\p{M}+=%@#$€£¥°]*$/gu
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const hasSound = /[\p{L}\p{N}]/u

let segmenter: Intl.Segmenter | undefined

/** Everything between spaces, in order. */
export const rawTokensOf = (text: string): RawToken[] =>
  [...text.matchAll(tokenPattern)].map(({ 0: raw, index }) => {
    const [lead = '', trail = ''] = raw.match(edges) ?? []
    const bare = lead.length + trail.length < raw.length
    const from = index + (bare ? lead.length : 0)
    const to = index + raw.length - (bare ? trail.length : 0)
    return { raw, text: text.slice(from, to), from, to }
  })

/** The tokens that have a letter or a digit; scripts without spaces word by word. */
export const tokensOf = (text: string): Token[] =>
  rawTokensOf(text).flatMap(({ text: token, from, to }): Token[] => {
    if (!hasSound.test(token)) return []
    if (!unspaced.test(token)) return [{ text: token, from, to }]
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
    return [...segmenter.segment(token)]
      .filter(({ segment }) => hasSound.test(segment))
      .map(({ segment, index }) => ({ text: segment, from: from + index, to: from + index + segment.length }))
  })

/** A stretch of a text that is spoken as one: `from` to `to`, with its tokens. */
export interface Stretch<T extends Token> {
  readonly from: number
  readonly to: number
  readonly tokens: readonly T[]
}

/** A text in stretches of about `length` characters, cut after marks where there are any; never without a token. */
export const stretchesOf = <T extends Token>(text: string, tokens: readonly T[], length: number): Stretch<T>[] => {
  const stretches: Stretch<T>[] = []
  let held: T[] = []
  let from = 0
  for (const [index, token] of tokens.entries()) {
    held.push(token)
    const next = tokens[index + 1]
    const between = next ? text.slice(token.to, next.from) : ''
    const size = token.to - from
    if (next && (size < length || (size < 2 * length && !/[.!?;:,。！？।、，；]/.test(between)))) continue
    // The marks between two tokens belong to the one before.
    const to = next ? token.to + between.replace(/[\s([{"'“‘«¿¡]*$/u, '').length : text.length
    stretches.push({ from, to, tokens: held })
    held = []
    from = to
  }
  return stretches
}
