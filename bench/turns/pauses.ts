/** Recorded pauses whose place in the turn is known: inside it or at its end. */
import { type Clip, plainWords, readClip, type SharedClip, sharedClips } from '../../test/support/clips.ts'

/** A pause, and what came before it. */
export interface RecordedPause {
  readonly set: string
  /** True at the end of a turn. */
  readonly complete: boolean
  /** The sound up to where the silence has lasted `askedMs`. */
  readonly samples: Float32Array
  /** What was said before it. */
  readonly text: string
  /** Length of the pause; at the end of a turn it never ends. */
  readonly lengthMs: number
}

/** Silence at which listening notices a pause. */
export const askedMs = 200

const sampleRate = 16_000

interface EotFacts {
  readonly turn_complete?: boolean
  readonly speech_end?: number
}

/** Whole sentences, and sentences cut after a word that cannot end them. How long they would have paused is not known: the clips have a second. */
const cutClips = async (): Promise<readonly RecordedPause[]> =>
  Promise.all(
    sharedClips(({ category }) => category === 'eot').map(async (clip) => {
      const { turn_complete: complete = false, speech_end: end = 0 } = clip.facts as EotFacts
      const { samples } = await readClip(clip)
      return {
        set: 'whole and cut sentences',
        complete,
        samples: samples.subarray(0, Math.round((end + askedMs / 1000) * sampleRate)),
        text: clip.text,
        lengthMs: complete ? Number.POSITIVE_INFINITY : 1000,
      }
    }),
  )

const aligned = ({
  category,
  language,
  codec,
  sample_rate,
  words_forced_aligned: words,
}: SharedClip['facts']): boolean =>
  (category === 'english-read' || category === 'accent') &&
  language === 'en' &&
  codec === 'flac' &&
  sample_rate === sampleRate &&
  words !== undefined

/** Every silence between two words that is long enough to be noticed, and the end of every clip. */
const readPauses = async (clip: Clip & Pick<SharedClip, 'facts'>): Promise<readonly RecordedPause[]> => {
  const words = clip.facts.words_forced_aligned ?? []
  const { samples } = await readClip(clip)
  return words.flatMap(([, , end], index) => {
    const next = words[index + 1]
    const lengthMs = next ? (next[1] - end) * 1000 : Number.POSITIVE_INFINITY
    if (lengthMs < askedMs) return []
    return {
      set: 'real pauses of readers',
      complete: !next,
      samples: samples.subarray(0, Math.round((end + askedMs / 1000) * sampleRate)),
      text: plainWords(
        words
          .slice(0, index + 1)
          .map(([word]) => word)
          .join(' '),
      ),
      lengthMs,
    }
  })
}

/** All of them; none where `../shared/audio` is not here. The model was trained on no speaker in them. */
export const recordedPauses = async (): Promise<readonly RecordedPause[]> => {
  const read: RecordedPause[] = []
  for (const clip of sharedClips(aligned)) read.push(...(await readPauses(clip)))
  return [...(await cutClips()), ...read]
}
