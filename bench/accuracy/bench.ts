/** `accuracy`: word error rates and word times per engine and set, and words invented where nobody speaks. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { VoiceError } from '../../src/errors.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { type OpenEngines, openEngines } from '../../src/server/engines.ts'
import { figure, percent, print, progress, progressDone, save, type Table } from '../report.ts'
import { type BenchClip, clipsOf, hasShared } from './clips.ts'
import { hearFile, hearStream } from './hear.ts'
import { type Score, score, type Trial } from './score.ts'

export const help = `accuracy [--engine ID,ID] [--set SET,SET] [--limit N] [--mode MODE] [--clips SOURCE] [--pace N] [--parallel N] [--verbose]
    --engine    engines by id, such as pocketsphinx/en-us; default: the one that serves local names here
    --set       sets by name or its beginning, such as english-read or noisy/0dB, silence, noise, music
    --limit     at most so many clips of each set
    --mode      streaming or file; default: both
    --clips     shared (../shared/audio) or testdata (pocketsphinx-testdata and flite); default: shared where it is
    --pace      how many times faster than spoken a stream is fed (default 1); 0: as fast as it is taken
    --parallel  clips heard at a time (default: one for each core)
    --verbose   prints what was said and what was heard`

type Mode = 'streaming' | 'file'

interface Options {
  readonly modes: readonly Mode[]
  readonly source: 'shared' | 'testdata'
  readonly pace: number
  readonly parallel: number
  readonly verbose: boolean
}

/** Hears all clips; one that fails counts as failed and stops nothing. */
const hearAll = async (
  engines: OpenEngines,
  engine: string,
  clips: readonly BenchClip[],
  mode: Mode,
  options: Options,
): Promise<readonly Trial[]> => {
  const trials: Trial[] = []
  const waiting = [...clips]
  const worker = async (): Promise<void> => {
    for (let clip = waiting.shift(); clip; clip = waiting.shift()) {
      const begun = performance.now()
      const took = (): number => performance.now() - begun
      try {
        const heard = await (mode === 'file'
          ? hearFile(engines, engine, clip)
          : hearStream(engines, engine, clip, options.pace))
        trials.push({ clip, heard, tookMs: took() })
        if (options.verbose) console.log(`${mode} ${clip.name}\n  said:  ${clip.text ?? ''}\n  heard: ${heard.text}`)
      } catch (error) {
        const failure = error instanceof VoiceError ? `${error.code}: ${error.message}` : String(error)
        trials.push({ clip, heard: undefined, failure, tookMs: took() })
        console.error(`${mode} ${clip.name}: ${failure}`)
      }
      progress(`${engine} ${mode}: ${trials.length}/${clips.length}`)
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, worker))
  progressDone()
  return trials
}

type Results = Readonly<Record<Mode, readonly Trial[]>>

/** Sets in the order of the clips; a category of several sets gets a row of its own before them. */
const groups = (clips: readonly BenchClip[]): readonly string[] => {
  const sets = [...new Set(clips.map(({ set }) => set))]
  const category = (set: string): string => set.split('/')[0]!
  const several = (set: string): boolean => sets.filter((other) => category(other) === category(set)).length > 1
  return [...new Set(sets.flatMap((set) => (several(set) ? [category(set), set] : [set])))]
}

const inGroup = (trials: readonly Trial[], group: string): readonly Trial[] =>
  trials.filter(({ clip }) => clip.set === group || clip.set.startsWith(`${group}/`))

const timesOf = ({ wordTimes }: Score): string =>
  wordTimes ? `${figure(wordTimes.meanMs, 0)} / ${figure(wordTimes.p90Ms, 0)}` : '–'

const where = (source: Options['source']): string =>
  source === 'shared'
    ? 'Clips: `../shared/audio`, real recordings; sets are its categories and corpora.'
    : `${hasShared() ? '' : 'There is no `../shared/audio` here. '}Clips: pocketsphinx-testdata (the recognizer’s own test recordings) and sentences spoken by flite; figures on them flatter and say little about real use.`

const failures = (results: Results): readonly string[] => {
  const failed = results.streaming.concat(results.file).filter(({ heard }) => !heard)
  const reasons = [...new Set(failed.map(({ failure }) => failure))].join(' ')
  return failed.length > 0 ? [`${failed.length} trials failed and are not counted: ${reasons}`] : []
}

const speechTable = (engine: string, results: Results, options: Options, skipped: number): Table => {
  const clips = [...results.streaming, ...results.file].map(({ clip }) => clip)
  const scores = groups(clips).map((group) => ({
    set: group,
    streaming: score(inGroup(results.streaming, group)),
    file: score(inGroup(results.file, group)),
  }))
  const either = (one: { streaming: Score; file: Score }): Score => (one.file.clips > 0 ? one.file : one.streaming)
  return {
    title: `Word error rate: ${engine}`,
    columns: [
      'set',
      'clips',
      'words',
      'WER streaming',
      'WER file',
      'second pass',
      'word times streaming',
      'word times file',
      's/s streaming',
      's/s file',
    ],
    rows: scores.map((one) => [
      one.set,
      String(either(one).clips),
      String(either(one).words),
      percent(one.streaming.wordErrorRate),
      percent(one.file.wordErrorRate),
      percent(one.streaming.wholeShare),
      timesOf(one.streaming),
      timesOf(one.file),
      figure(one.streaming.secondsPerSecond, 2),
      figure(one.file.secondsPerSecond, 2),
    ]),
    method: [
      where(options.source),
      'Errors (wrong, missing and invented words) of all clips of a set by all their words, after dropping case and punctuation and writing numbers out.',
      `Streaming: 100 ms chunks through listen() with partials and a budget of 500 ms per final, ${
        options.pace > 0
          ? `fed at ${options.pace} × the pace of speech, ${options.parallel} clips at a time`
          : 'fed as fast as they are taken, so the recognizer lags behind and hardly a second pass is done within its budget: worse than at the pace of speech'
      }; 1.5 s of silence after each clip. Second pass: share of the finals that came from it.`,
      'File: the whole clip through the decoder, each final as good as it gets. Each clip is a session of its own in either mode.',
      'Word times: mean / 90th percentile, in ms, of the differences of starts and ends from a forced aligner, over the words that match; that aligner itself is 50–80 ms off.',
      `s/s: wall seconds per second of audio, ${options.parallel} at a time, on this machine as busy as it was.`,
      ...(skipped > 0 ? [`${skipped} clips in languages that this engine does not know were left out.`] : []),
      ...failures(results),
    ],
    data: { engine, pace: options.pace, clips: options.source, skipped, scores },
  }
}

const inventedTable = (engine: string, results: Results): Table => {
  const clips = [...results.streaming, ...results.file].map(({ clip }) => clip)
  const words = (trials: readonly Trial[]) => score(trials).errors.insertions
  const named = (trials: readonly Trial[]): readonly string[] =>
    trials.filter(({ heard }) => heard && heard.text !== '').map(({ clip, heard }) => `${clip.name}: ${heard!.text}`)
  const rows = groups(clips).map((set) => {
    const [streaming, file] = [inGroup(results.streaming, set), inGroup(results.file, set)]
    const count = Math.max(score(streaming).clips, score(file).clips)
    const seconds = (file.length > 0 ? file : streaming).reduce((sum, one) => sum + (one.heard?.audioMs ?? 0), 0) / 1000
    return {
      set,
      clips: count,
      seconds,
      streaming: { words: words(streaming), clips: named(streaming) },
      file: { words: words(file), clips: named(file) },
    }
  })
  return {
    title: `Words invented where nobody speaks: ${engine}`,
    columns: ['set', 'clips', 'seconds', 'words streaming', 'words file'],
    rows: rows.map((row) => [
      row.set,
      String(row.clips),
      figure(row.seconds, 0),
      results.streaming.length > 0 ? String(row.streaming.words) : '–',
      results.file.length > 0 ? String(row.file.words) : '–',
    ]),
    method: [
      'Should be 0 in `silence`, `noise` and `music`. In `distant voices` (café, office, bus) people can be heard far away: counted apart, since words there need not be invented.',
      'Silence, white and pink noise, mains hum and a melody of plain tones are generated; the rest are recordings.',
      ...failures(results),
      ...rows.flatMap((row) => [...row.streaming.clips, ...row.file.clips].map((line) => `Heard in ${line}`)),
    ],
    data: { engine, rows },
  }
}

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const choose = (clips: readonly BenchClip[], sets: readonly string[], limit: number): readonly BenchClip[] => {
  const counts = new Map<string, number>()
  return clips.filter(({ set }) => {
    if (sets.length > 0 && !sets.some((wanted) => set === wanted || set.startsWith(`${wanted}/`))) return false
    counts.set(set, (counts.get(set) ?? 0) + 1)
    return counts.get(set)! <= limit
  })
}

const knows = (languages: readonly string[] | undefined, clip: BenchClip): boolean =>
  !clip.language || !languages || languages.includes(clip.language)

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: 'string' },
      set: { type: 'string' },
      limit: { type: 'string' },
      mode: { type: 'string', default: 'streaming,file' },
      clips: { type: 'string', default: hasShared() ? 'shared' : 'testdata' },
      pace: { type: 'string', default: '1' },
      parallel: { type: 'string', default: String(availableParallelism()) },
      verbose: { type: 'boolean', default: false },
    },
  })
  const options: Options = {
    modes: list(values.mode).filter((mode) => mode === 'streaming' || mode === 'file'),
    source: values.clips === 'shared' ? 'shared' : 'testdata',
    pace: Number(values.pace),
    parallel: Math.max(1, Number(values.parallel)),
    verbose: values.verbose,
  }
  const all = clipsOf(options.source)
  const clips = choose(all, list(values.set), Number(values.limit ?? Number.POSITIVE_INFINITY))
  if (clips.length === 0) throw new Error(`No clips in ${values.set}. Sets: ${groups(all).join(', ')}`)
  const engines = openEngines(loadSettings(), silentLog)
  const tables: Table[] = []
  try {
    const ids = list(values.engine)
    for (const engine of ids.length > 0 ? ids : [await engines.local()]) {
      const { card } = await engines.registry.get('speechToText', engine)
      const known = clips.filter((clip) => knows(card.languages, clip))
      const heard = async (some: readonly BenchClip[]): Promise<Results> => {
        const results: Record<Mode, readonly Trial[]> = { streaming: [], file: [] }
        for (const mode of options.modes) results[mode] = await hearAll(engines, engine, some, mode, options)
        return results
      }
      const spoken = known.filter(({ text }) => text !== undefined)
      const wordless = known.filter(({ text }) => text === undefined)
      if (spoken.length > 0) tables.push(speechTable(engine, await heard(spoken), options, clips.length - known.length))
      if (wordless.length > 0) tables.push(inventedTable(engine, await heard(wordless)))
    }
  } finally {
    await engines.close()
  }
  for (const table of tables) print(table)
  await save('accuracy', tables)
}
