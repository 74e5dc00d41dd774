/** A text that is spoken: tags as labels, each word in the colour of its tag, and how far the voice is. */
import { useMemo } from 'preact/hooks'
import { type Piece, readSteered } from './steering.ts'
import { type SpokenWord, startOf } from './word-times.ts'

const colours = 6

const tagClass = {
  instruction: 'steer',
  sound: 'steer steer-sound',
  reset: 'steer steer-reset',
  pause: 'steer steer-pause',
}

const said = { instruction: 'Said: ', sound: 'Sound: ', reset: 'Tag: ', pause: 'Pause: ' }

const Tag = ({ piece }: { readonly piece: Extract<Piece, { type: 'tag' }> }) => (
  <span
    class={tagClass[piece.kind]}
    data-steer={piece.kind === 'instruction' ? (piece.instruction % colours) + 1 : undefined}
  >
    <span class="unseen">{said[piece.kind]}</span>
    {piece.text}
  </span>
)

/**
 * `atMs`: how much of the audio has been heard; undefined: nobody knows, all words look alike. `endMs`: the voice was cut off
 * there.
 */
export const SteeredText = ({
  text,
  words,
  atMs,
  endMs,
}: {
  readonly text: string
  readonly words: readonly SpokenWord[]
  readonly atMs?: number | undefined
  readonly endMs?: number | undefined
}) => {
  const pieces = useMemo(() => readSteered(text), [text])
  const last = atMs === undefined ? -1 : words.findLastIndex(({ startMs }) => startMs <= atMs)
  const now = last < 0 || atMs! > words[last]!.endMs + 120 ? undefined : words[last]
  const classOf = ({ from, text: word }: Extract<Piece, { type: 'word' }>): string => {
    const to = from + word.length
    const startMs = startOf(words, from, to)
    if (endMs !== undefined && words.length > 0 && (startMs === undefined || startMs >= endMs)) return 'said is-lost'
    if (atMs === undefined) return 'said'
    if (now && now.from < to && now.to > from) return 'said is-now'
    // Until its time is known, what is written has not been heard.
    return startMs === undefined || startMs > atMs ? 'said is-ahead' : 'said'
  }
  return (
    <>
      {pieces.map((piece, index) => {
        if (piece.type === 'space') return ' '
        if (piece.type === 'tag') return <Tag key={index} piece={piece} />
        const steer = piece.instruction === undefined ? undefined : (piece.instruction % colours) + 1
        return (
          <span key={index} class={classOf(piece)} data-steer={steer}>
            {piece.text}
          </span>
        )
      })}
    </>
  )
}
