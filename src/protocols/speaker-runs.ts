/** SpeakerRun: what one speaker says until another does. */
import type { Word } from '../engines/speech-to-text.ts'
import type { Final } from './hearing.ts'

export interface SpeakerRun {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  readonly words: readonly Word[]
  /** Missing where speakers are not told apart. */
  readonly speaker?: string
}

/** A turn as runs, in order; one where its words do not say who spoke them. */
export const speakerRuns = (final: Final): readonly SpeakerRun[] => {
  const { text, startMs, endMs, words, speakers } = final
  const runs: Word[][] = []
  for (const word of words) {
    const last = runs.at(-1)
    if (last && last[0]?.speaker === word.speaker) last.push(word)
    else runs.push([word])
  }
  if (runs.length > 1)
    return runs.map((run) => ({
      text: run.map((word) => word.text).join(' '),
      startMs: run[0]!.startMs,
      endMs: run.at(-1)!.endMs,
      words: run,
      ...speakerOf(run[0]?.speaker),
    }))
  return [{ text, startMs, endMs, words, ...speakerOf(words[0]?.speaker ?? speakers?.[0]?.speaker) }]
}

const speakerOf = (speaker: string | undefined): { readonly speaker?: string } =>
  speaker === undefined ? {} : { speaker }

/** Such as `Speaker 1`, or the name of one who is known by name. */
export const speakerName = (speaker: string): string => (/^\d+$/.test(speaker) ? `Speaker ${speaker}` : speaker)

/** Such as `Speaker 1: Good morning`. */
export const runLine = ({ speaker, text }: SpeakerRun): string =>
  speaker === undefined ? text : `${speakerName(speaker)}: ${text}`

/** Speakers by number: `1` is 0. Names that are no numbers count as they come. */
export const speakerNumber = (speaker: string, known: readonly string[] = []): number =>
  /^\d+$/.test(speaker) ? Number(speaker) - 1 : Math.max(0, known.indexOf(speaker))

/** `A`, `B`, … as OpenAI calls them; `AA` follows `Z`. Names stay as they are. */
export const speakerLetter = (speaker: string): string => {
  if (!/^\d+$/.test(speaker)) return speaker
  let left = speakerNumber(speaker)
  let letters = ''
  do {
    letters = String.fromCharCode(65 + (left % 26)) + letters
    left = Math.floor(left / 26) - 1
  } while (left >= 0)
  return letters
}
