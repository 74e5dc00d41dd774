/** What was heard of the clips of one set → its figures. */
import { mean, percentile } from '../statistics.ts'
import { align, type WordErrors, wordErrorRate, wordErrors, wordsOf } from '../wer.ts'
import type { BenchClip } from './clips.ts'
import type { ClipHeard } from './hear.ts'

/** One clip, heard; `failure` says why it could not be. */
export interface Trial {
  readonly clip: BenchClip
  readonly heard: ClipHeard | undefined
  readonly failure?: string
  readonly tookMs: number
}

export interface Score {
  readonly clips: number
  readonly failed: number
  readonly words: number
  readonly errors: Omit<WordErrors, 'words'>
  /** 1 is 100 %. */
  readonly wordErrorRate: number
  /** Share of the finals that came from the whole-utterance pass. */
  readonly wholeShare: number
  /** How far starts and ends of matching words are from the aligner's, in milliseconds; undefined when it knows none. */
  readonly wordTimes: { readonly count: number; readonly meanMs: number; readonly p90Ms: number } | undefined
  /** Wall time per second of audio. */
  readonly secondsPerSecond: number
}

/** Differences of starts and of ends over the words that match. */
const timeErrors = ({ clip, heard }: Trial): readonly number[] => {
  if (!clip.aligned || !heard) return []
  // A spelling may count as two words for us, such as `co-op`; it keeps its one time.
  const split = <W extends { readonly text: string }>(words: readonly W[]): readonly { key: string; word: W }[] =>
    words.flatMap((word) => wordsOf(word.text).map((key) => ({ key, word })))
  const reference = split(clip.aligned)
  const given = split(heard.words)
  const keys = (words: readonly { key: string }[]): string[] => words.map(({ key }) => key)
  return align(keys(reference), keys(given)).flatMap((step) => {
    if (step.type !== 'match') return []
    const [one, other] = [reference[step.reference]!.word, given[step.heard]!.word]
    return [Math.abs(one.startMs - other.startMs), Math.abs(one.endMs - other.endMs)]
  })
}

/** Clips that could not be read count in `failed` and in nothing else. */
export const score = (trials: readonly Trial[]): Score => {
  const heard = trials.filter((trial) => trial.heard !== undefined)
  const errors = heard.map(({ clip, heard }) => wordErrors(clip.text ?? '', heard!.text))
  const sum = (count: (one: WordErrors) => number): number => errors.reduce((total, one) => total + count(one), 0)
  const whole = heard.reduce((total, { heard }) => total + heard!.whole, 0)
  const streaming = heard.reduce((total, { heard }) => total + heard!.streaming, 0)
  const times = heard.flatMap(timeErrors)
  const audioMs = heard.reduce((total, { heard }) => total + heard!.audioMs, 0)
  return {
    clips: heard.length,
    failed: trials.length - heard.length,
    words: sum(({ words }) => words),
    errors: {
      substitutions: sum(({ substitutions }) => substitutions),
      deletions: sum(({ deletions }) => deletions),
      insertions: sum(({ insertions }) => insertions),
    },
    wordErrorRate: wordErrorRate(errors),
    wholeShare: whole / (whole + streaming || Number.NaN),
    wordTimes:
      times.length === 0 ? undefined : { count: times.length / 2, meanMs: mean(times), p90Ms: percentile(times, 0.9) },
    secondsPerSecond: heard.reduce((total, { tookMs }) => total + tookMs, 0) / audioMs,
  }
}
