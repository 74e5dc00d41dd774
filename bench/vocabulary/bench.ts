/** `vocabulary`: what custom vocabulary does to PocketSphinx where its terms are said, and where they are not. */
import { parseArgs } from 'node:util'
import { type Decoder, streamingOptions, wholeOptions } from '../../src/providers/pocketsphinx/decoder.ts'
import { type Vocabulary, vocabularyOf, wordsOf as wordsIn } from '../../src/providers/pocketsphinx/vocabulary.ts'
import { type Clip, readClip, sharedClips } from '../../test/support/clips.ts'
import { meanOf, openDecoder, wordsHeard } from '../../test/support/pocketsphinx.ts'
import { percent, print, progress, progressDone, save, type Table } from '../report.ts'
import { align, wordsOf } from '../wer.ts'
import { distractors, termsOf } from './terms.ts'

export const help = `vocabulary [--pass PASS] [--limit N] [--verbose]
    --pass     streaming (default) or whole: which of PocketSphinx's hearings
    --limit    at most so many clips for each list of terms
    --verbose  prints what was heard without and with the terms`

/** Recordings that are half understood say nothing about terms: what is heard there changes with anything. */
const maxPlainErrorRate = 60

interface Trial {
  readonly clip: string
  readonly list: string
  readonly held: boolean
  readonly words: number
  readonly plain: number
  readonly mixed: number
  readonly differs: boolean
}

const groups = Object.keys(termsOf)
const groupOf = (clip: Clip): number => groups.findIndex((group) => clip.name.includes(group))

const holds = (text: string, { phrases }: Vocabulary): boolean =>
  phrases.some((phrase) => ` ${text} `.includes(` ${phrase.join(' ')} `))
const sharesWords = (text: string, vocabulary: Vocabulary): boolean =>
  text.split(' ').some((word) => word.length > 3 && wordsIn(vocabulary).includes(word))

const errorsOf = (text: string, heard: string): number =>
  align(wordsOf(text), wordsOf(heard)).filter(({ type }) => type !== 'match').length

const chosen = (limit: number): readonly Clip[] => {
  const all = sharedClips(
    ({ category, sample_rate, text, baseline_pocketsphinx }) =>
      category === 'english-read' &&
      sample_rate === 16_000 &&
      !!text &&
      (baseline_pocketsphinx?.wer ?? 100) <= maxPlainErrorRate,
  )
  return groups.flatMap((_, group) => all.filter((clip) => groupOf(clip) === group).slice(0, limit))
}

/** Each clip with the list of its own book, if it holds a term of it, and with that of the next book, if it does not. */
const trialsOf = async (decoder: Decoder, clips: readonly Clip[], verbose: boolean): Promise<readonly Trial[]> => {
  const trials: Trial[] = []
  const vocabularies = groups.map((group) => vocabularyOf([...termsOf[group]!, ...distractors])!)
  for (const [index, clip] of clips.entries()) {
    progress(`${index}/${clips.length}`)
    const { samples } = await readClip(clip)
    const mean = meanOf(decoder, samples)
    const plain = (await wordsHeard(decoder, samples, mean)).join(' ')
    const own = groupOf(clip)
    for (const list of [own, (own + 1) % groups.length]) {
      const vocabulary = vocabularies[list]!
      const held = list === own && holds(clip.text, vocabulary)
      if (!held && (list === own || sharesWords(clip.text, vocabulary))) continue
      await decoder.learn(vocabulary)
      const mixed = (await wordsHeard(decoder, samples, mean, vocabulary.key)).join(' ')
      trials.push({
        clip: clip.name,
        list: groups[list]!,
        held,
        words: wordsOf(clip.text).length,
        plain: errorsOf(clip.text, plain),
        mixed: errorsOf(clip.text, mixed),
        differs: plain !== mixed,
      })
      if (verbose) console.log(`${clip.name} (${groups[list]})\n  without: ${plain}\n  with:    ${mixed}`)
    }
  }
  progressDone()
  return trials
}

const rowOf = (name: string, trials: readonly Trial[]): readonly string[] => {
  const sum = (value: (trial: Trial) => number): number => trials.reduce((total, trial) => total + value(trial), 0)
  const count = (fits: (trial: Trial) => boolean): string => String(trials.filter(fits).length)
  const words = sum((trial) => trial.words)
  return [
    name,
    String(trials.length),
    String(words),
    percent(sum(({ plain }) => plain) / words),
    percent(sum(({ mixed }) => mixed) / words),
    count(({ differs }) => differs),
    count(({ plain, mixed }) => mixed < plain),
    count(({ plain, mixed }) => mixed > plain),
  ]
}

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pass: { type: 'string', default: 'streaming' },
      limit: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  })
  const whole = values.pass === 'whole'
  const clips = chosen(Number(values.limit ?? Number.POSITIVE_INFINITY))
  if (clips.length === 0) throw new Error('The clips are those of ../shared/audio, which is not here.')
  const decoder = await openDecoder(whole ? wholeOptions : streamingOptions)
  const trials = await trialsOf(decoder, clips, values.verbose)
  const table: Table = {
    title: `Custom vocabulary: PocketSphinx, ${whole ? 'whole-utterance' : 'streaming'} pass`,
    columns: ['terms', 'clips', 'words', 'WER without', 'WER with', 'heard otherwise', 'better', 'worse'],
    rows: [
      rowOf(
        'said in the clip',
        trials.filter(({ held }) => held),
      ),
      rowOf(
        'not said in it',
        trials.filter(({ held }) => !held),
      ),
    ],
    method: [
      `Read English of ../shared/audio with at most ${maxPlainErrorRate} % of words wrong in its manifest's baseline. A list of terms for each book or corpus, as a client would give it, and ${distractors.length} terms that are in none.`,
      'Said: clips that hold a term, with the list of their own book. Not said: every clip that shares no word with it, with the list of the next book.',
      'One decoder without the pipeline around it, with the cepstral mean of a first hearing; deterministic.',
    ],
    data: trials,
  }
  print(table)
  await save('vocabulary', [table])
}
