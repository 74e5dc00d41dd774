/** A transcript as text, JSON or subtitles. */
import type { Word } from '../engines/speech-to-text.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import { type Final, type Hearing, joinTexts } from '../protocols/hearing.ts'
import { runLine, speakerRuns } from '../protocols/speaker-runs.ts'
import { cuesOf, srt, vtt } from '../protocols/subtitles.ts'
import { voiceTable } from './voice-table.ts'

/** What `--format` may say. */
export const formats = ['text', 'json', 'srt', 'vtt'] as const
export type Format = (typeof formats)[number]

/** What was heard in one file, and how it is to look. */
export interface Transcript {
  /** As it was named on the command line. */
  readonly file: string
  readonly engine: string
  readonly hearing: Hearing
  readonly format: Format
  /** Whether each word's time is wanted: in subtitles, a cue for each. */
  readonly words: boolean
  /** Whether it is to be told what the voice is like, turn by turn and over all. */
  readonly profile: boolean
  /** Whether this is one of several files, each to be told from the others. */
  readonly several: boolean
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2)

/** Separated by tabs: start and end in seconds, the word, its confidence, its speaker. */
const wordLine = (word: Word): string => {
  const cells = [seconds(word.startMs), seconds(word.endMs), word.text]
  if (word.confidence !== undefined || word.speaker !== undefined) cells.push(word.confidence?.toFixed(2) ?? '')
  if (word.speaker !== undefined) cells.push(word.speaker)
  return cells.join('\t')
}

/** What the voice was like in a turn; nothing where there was too little speech. */
const traitsOf = ({ profiles }: Hearing, { utterance }: Final): readonly Trait[] =>
  profiles.find((profile) => profile.utterance === utterance)?.traits ?? []

/** Without words, such as whispers that nobody understands. */
const wordless = '(no words)'

const asText = ({ words, profile, several, file, hearing }: Transcript, finals: readonly Final[]): string => {
  const turn = (final: Final): string => {
    const runs = speakerRuns(final).map((run) => runLine({ ...run, text: run.text.trim() || wordless }))
    const lines = words ? final.words.map(wordLine) : runs
    const text = lines.map((line) => `${line}\n`).join('')
    return profile ? text + voiceTable(traitsOf(hearing, final), final) : text
  }
  const whole = profile && hearing.profiles.length > 1 ? `\nAll in all:\n${voiceTable(hearing.traits)}` : ''
  const text = finals.map(turn).join('') + whole
  return several ? `${file}:\n${text}\n` : text
}

/** Each trait with all its labels, by its name. */
const asVoice = (traits: readonly Trait[]): Record<string, Trait['labels']> =>
  Object.fromEntries(
    traits.map(({ name, labels }) => [
      name,
      labels.map(({ label, confidence }) => ({ label, confidence: Math.round(confidence * 10_000) / 10_000 })),
    ]),
  )

/** One object; on one line where there are several, so that each line is one file. */
const asJson = ({ file, engine, hearing, words, profile, several }: Transcript, finals: readonly Final[]): string => {
  const language = finals.find((final) => final.language !== undefined)?.language
  const shown = {
    file,
    engine,
    ...(language === undefined ? {} : { language }),
    audioMs: hearing.audioMs,
    text: joinTexts(finals),
    ...(profile && { voice: asVoice(hearing.traits) }),
    utterances: finals.flatMap((final) =>
      speakerRuns(final).map(({ words: spoken, ...run }) => ({
        ...run,
        ...(words ? { words: spoken } : {}),
        ...(profile && { voice: asVoice(traitsOf(hearing, final)) }),
      })),
    ),
  }
  return `${JSON.stringify(shown, undefined, several ? undefined : 2)}\n`
}

/** The transcript, ready to print. */
export const render = (transcript: Transcript): string => {
  const { format, words, profile, hearing } = transcript
  const finals = hearing.finals.filter(
    (final) => final.text.trim() !== '' || (profile && traitsOf(hearing, final).length > 0),
  )
  const runs = finals.flatMap(speakerRuns)
  const cues = () => (words ? cuesOf(runs, { lineLength: 1, lines: 1, gapMs: 0 }) : cuesOf(runs))
  switch (format) {
    case 'text':
      return asText(transcript, finals)
    case 'json':
      return asJson(transcript, finals)
    case 'srt':
      return srt(cues())
    case 'vtt':
      return vtt(cues())
    default:
      return format satisfies never
  }
}
