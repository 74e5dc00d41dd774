/** The words: each as it settles, with its time and its speaker. */
import { useEffect, useRef } from 'preact/hooks'
import type { HeardTurn, HeardWord } from './hearing.ts'
import { playedWordMs } from './playback.ts'
import { hearing, phase } from './session.ts'

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** Words in a row of one speaker. */
interface Run {
  readonly speaker: number | undefined
  readonly words: readonly HeardWord[]
}

const runsOf = (words: readonly HeardWord[]): readonly Run[] => {
  const runs: { readonly speaker: number | undefined; readonly words: HeardWord[] }[] = []
  for (const word of words) {
    const last = runs.at(-1)
    if (last && last.speaker === word.speaker) last.words.push(word)
    else runs.push({ speaker: word.speaker, words: [word] })
  }
  return runs
}

/** Below this a word may well be another. */
const unsure = 0.5

const Word = ({ word }: { readonly word: HeardWord }) => {
  const { text, startMs, confidence = 1 } = word
  const isPlayed = startMs !== undefined && startMs === playedWordMs.value
  return (
    <span class={`word${confidence < unsure ? ' word-unsure' : ''}${isPlayed ? ' word-played' : ''}`}>
      <span>{text}</span>
      <span class="word-time" aria-hidden="true">
        {startMs === undefined ? '' : seconds(startMs)}
      </span>
    </span>
  )
}

const Turn = ({ turn, number }: { readonly turn: HeardTurn; readonly number: number }) => (
  <li class={turn.isFinal ? 'turn' : 'turn turn-open'}>
    <span class="turn-number mono" aria-hidden="true">
      {number}
    </span>
    <div class="turn-text">
      {turn.words.length === 0 ? (
        <p class="quiet">{turn.isFinal ? 'No words.' : 'Listening…'}</p>
      ) : (
        runsOf(turn.words).map(({ speaker, words }) => (
          <p
            key={`${speaker}-${words[0]?.startMs}`}
            class="run"
            data-speaker={speaker === undefined ? undefined : (speaker % 6) + 1}
          >
            {speaker === undefined ? null : <span class="speaker">Speaker {speaker + 1}</span>}
            {words.map((word, index) => (
              <Word key={index} word={word} />
            ))}
          </p>
        ))
      )}
    </div>
  </li>
)

export const Transcript = () => {
  const { turns } = hearing.value
  const end = useRef<HTMLDivElement>(null)
  const live = phase.value === 'live'
  const words = turns.reduce((sum, turn) => sum + turn.words.length, 0)
  useEffect(() => {
    const box = end.current?.parentElement
    if (live && box) box.scrollTop = box.scrollHeight
  }, [live, words])
  const settled = turns.findLast(({ isFinal }) => isFinal)
  return (
    <section class="panel transcript" aria-labelledby="words-title">
      <h2 id="words-title">Words</h2>
      <p class="unseen" aria-live="polite">
        {settled?.words.map(({ text }) => text).join(' ')}
      </p>
      {turns.length === 0 ? (
        <p class="quiet">
          {phase.value === 'live'
            ? 'Say something.'
            : 'What is said appears here, word by word: grey while it may still change.'}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div class="turns" tabIndex={0} role="group" aria-label="Turns">
          <ol>
            {turns.map((turn, index) => (
              <Turn key={index} turn={turn} number={index + 1} />
            ))}
          </ol>
          <div ref={end} />
        </div>
      )}
    </section>
  )
}
