/** A transcript as text, JSON or subtitles. */
import type { Word } from '../engines/speech-to-text.ts'
import { type Final, type Hearing, joinTexts } from '../protocols/hearing.ts'
import { runLine, speakerRuns } from '../protocols/speaker-runs.ts'
import { cuesOf, srt, vtt } from '../protocols/subtitles.ts'

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

const asText = ({ words, several, file }: Transcript, finals: readonly Final[]): string => {
  const lines = words ? finals.flatMap((final) => final.words.map(wordLine)) : finals.flatMap(speakerRuns).map(runLine)
  const text = lines.map((line) => `${line}\n`).join('')
  return several ? `${file}:\n${text}\n` : text
}

/** One object; on one line where there are several, so that each line is one file. */
const asJson = ({ file, engine, hearing, words, several }: Transcript, finals: readonly Final[]): string => {
  const language = finals.find((final) => final.language !== undefined)?.language
  const shown = {
    file,
    engine,
    ...(language === undefined ? {} : { language }),
    audioMs: hearing.audioMs,
    text: joinTexts(finals),
    utterances: finals.flatMap(speakerRuns).map(({ words: spoken, ...run }) => ({
      ...run,
      ...(words ? { words: spoken } : {}),
    })),
  }
  return `${JSON.stringify(shown, undefined, several ? undefined : 2)}\n`
}

/** The transcript, ready to print. */
export const render = (transcript: Transcript): string => {
  const { format, words } = transcript
  const finals = transcript.hearing.finals.filter(({ text }) => text.trim() !== '')
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
