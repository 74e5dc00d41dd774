/** `turns`: how well the end of a turn is told from a pause inside it, against silence alone. */
import { parseArgs } from 'node:util'
import type { TurnDetector } from '../../src/engines/turn-detector.ts'
import type { TurnSettings } from '../../src/listening/settings.ts'
import { silenceNeededMs } from '../../src/listening/turns.ts'
import { silentLog } from '../../src/log.ts'
import { streamingOptions } from '../../src/providers/pocketsphinx/decoder.ts'
import { createEmbeddedTurns } from '../../src/providers/turns/engine.ts'
import { eagerness } from '../../src/session/hearing-wish.ts'
import { pocketsphinx } from '../../test/support/needs.ts'
import { meanOf, openDecoder, wordsHeard } from '../../test/support/pocketsphinx.ts'
import { figure, percent, print, progress, progressDone, save, type Table } from '../report.ts'
import { percentile } from '../statistics.ts'
import { earlyStart } from './early.ts'
import { askedMs, type RecordedPause, recordedPauses } from './pauses.ts'
import { scriptedCases } from './scripted.ts'

export const help = `turns [--only-early | --no-early] [--no-recognizer] [--verbose]
    --only-early     early start alone; --no-early without it: it takes some minutes
    --no-recognizer  without the rows of words as PocketSphinx hears them, which take a minute
    --verbose        prints each pause that was taken for the other kind`

/** A turn that is ended by then keeps its answer from feeling late. */
const budgetMs = 300
const sampleRate = 16_000

/** Of the eagerness that is the default, but as soon as the budget allows. */
const turns: TurnSettings = { mode: 'automatic', maxTurnMs: 60_000, ...eagerness.medium, minSilenceMs: budgetMs }

type Pause = Omit<RecordedPause, 'samples'>

interface Judged extends Pause {
  /** Silence after which the turn would be ended. */
  readonly neededMs: number
}

const none = new Float32Array(0)

const likelihood = (detector: TurnDetector, samples: Float32Array, transcript: string): Promise<number> =>
  detector.predict(
    { audio: { samples, sampleRate, startMs: 0 }, transcript },
    { signal: new AbortController().signal, log: silentLog },
  )

const judgeAll = async <P extends Pause>(
  pauses: readonly P[],
  ask: (pause: P) => Promise<number>,
  settings = turns,
): Promise<readonly Judged[]> => {
  const judged: Judged[] = []
  for (const pause of pauses) judged.push({ ...pause, neededMs: silenceNeededMs(settings, await ask(pause)) })
  return judged
}

const rowOf = (name: string, judged: readonly Judged[]): { row: readonly string[]; data: object } => {
  const inside = judged.filter(({ complete }) => !complete)
  const ends = judged.filter(({ complete }) => complete)
  const atBudget = inside.filter(({ neededMs }) => neededMs <= budgetMs).length / inside.length
  const cutOff = inside.filter(({ neededMs, lengthMs }) => neededMs < lengthMs).length / inside.length
  const missed = ends.filter(({ neededMs }) => neededMs > budgetMs).length / ends.length
  const delays = ends.map(({ neededMs }) => neededMs)
  const [p50, p95] = [percentile(delays, 0.5), percentile(delays, 0.95)]
  return {
    row: [name, percent(atBudget), percent(cutOff), percent(missed), `${figure(p50, 0)} ms`, `${figure(p95, 0)} ms`],
    data: { name, inside: inside.length, ends: ends.length, atBudget, cutOff, missed, p50, p95 },
  }
}

const silenceAlone = (pauses: readonly Pause[]): readonly (readonly [string, readonly Judged[]])[] =>
  [200, 500, 800].map((ms) => [`${ms} ms of silence`, pauses.map((pause) => ({ ...pause, neededMs: ms }))])

/** The words before each pause as the recognizer gives them while somebody speaks. */
const heardWords = async (pauses: readonly RecordedPause[]): Promise<ReadonlyMap<RecordedPause, string>> => {
  const decoder = await openDecoder(streamingOptions)
  const heard = new Map<RecordedPause, string>()
  for (const [index, pause] of pauses.entries()) {
    progress(`${index}/${pauses.length} heard`)
    const words = await wordsHeard(decoder, pause.samples, meanOf(decoder, pause.samples))
    heard.set(pause, words.join(' '))
  }
  progressDone()
  return heard
}

const columns = [
  'how',
  `false cut-offs within ${budgetMs} ms`,
  'false cut-offs',
  `ends missed at ${budgetMs} ms`,
  'median delay',
  '95 %',
]

const tableOf = (
  title: string,
  method: readonly string[],
  ways: readonly (readonly [string, readonly Judged[]])[],
): Table => {
  const rows = ways.map(([name, judged]) => rowOf(name, judged))
  return { title, columns, rows: rows.map(({ row }) => row), method, data: rows.map(({ data }) => data) }
}

const method = [
  `The detector is asked when there have been ${askedMs} ms of silence. Likely ends (${turns.confidence} and more) end the turn at ${budgetMs} ms, others the later the less likely they are, up to ${turns.maxSilenceMs} ms: eagerness medium, with ${budgetMs} in place of ${eagerness.medium.minSilenceMs} ms.`,
  `False cut-offs within ${budgetMs} ms: pauses inside turns at which the turn would be ended by then, were they that long. False cut-offs: those at which it is ended before the speaker goes on. Missed: ends of turns that are not ended by then; each is ended later.`,
]

const complain = (title: string, judged: readonly Judged[]): void => {
  for (const { complete, text, neededMs } of judged)
    if (complete !== neededMs <= budgetMs)
      console.log(`${title}: ${complete ? 'missed' : 'cut off'} (${Math.round(neededMs)} ms): … ${text.slice(-70)}`)
}

const timed = async (detector: TurnDetector, pauses: readonly RecordedPause[]): Promise<readonly number[]> => {
  const took: number[] = []
  for (const { samples, text } of pauses) {
    const began = performance.now()
    await likelihood(detector, samples, text)
    took.push(performance.now() - began)
  }
  return took
}

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'only-early': { type: 'boolean', default: false },
      'no-early': { type: 'boolean', default: false },
      'no-recognizer': { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  if (!values['only-early']) await detectors(values)
  if (values['no-early']) return
  const early = await earlyStart({ recognizer: !values['no-recognizer'] })
  if (!early) return
  print(early)
  await save('turns-early', [early])
}

const detectors = async (values: { readonly 'no-recognizer': boolean; readonly verbose: boolean }): Promise<void> => {
  const detector = await createEmbeddedTurns()
  const tables: Table[] = []
  const recorded = await recordedPauses()
  const heard =
    recorded.length > 0 && pocketsphinx.isThere() && !values['no-recognizer'] ? await heardWords(recorded) : undefined
  for (const set of new Set(recorded.map((pause) => pause.set))) {
    const pauses = recorded.filter((pause) => pause.set === set)
    const both = await judgeAll(pauses, ({ samples, text }) => likelihood(detector, samples, text))
    if (values.verbose) complain(set, both)
    tables.push(
      tableOf(
        `End of turn: ${set}`,
        [
          `${pauses.filter(({ complete }) => !complete).length} pauses inside turns and ${pauses.filter(({ complete }) => complete).length} ends, from ../shared/audio; no speaker in them was trained on.`,
          ...method,
        ],
        [
          ...silenceAlone(pauses),
          ['words alone, as said', await judgeAll(pauses, ({ text }) => likelihood(detector, none, text))],
          ['voice alone', await judgeAll(pauses, ({ samples }) => likelihood(detector, samples, ''))],
          ['both', both],
          ...(await Promise.all(
            (['high', 'medium', 'low'] as const).map(
              async (name) =>
                [
                  `both, as eagerness ${name} has it`,
                  await judgeAll(pauses, ({ samples, text }) => likelihood(detector, samples, text), {
                    ...turns,
                    ...eagerness[name],
                  }),
                ] as const,
            ),
          )),
          ...(heard
            ? ([
                [
                  'words alone, as PocketSphinx hears',
                  await judgeAll(pauses, (pause) => likelihood(detector, none, heard.get(pause) ?? '')),
                ],
                [
                  'both, as PocketSphinx hears',
                  await judgeAll(pauses, (pause) => likelihood(detector, pause.samples, heard.get(pause) ?? '')),
                ],
              ] as const)
            : []),
        ],
      ),
    )
  }
  const scripted = scriptedCases.map((one) => ({
    ...one,
    set: one.kind,
    lengthMs: one.complete ? Number.POSITIVE_INFINITY : 1000,
  }))
  const words = await judgeAll(scripted, ({ text }) => likelihood(detector, none, text))
  if (values.verbose) complain('scripted', words)
  tables.push(
    tableOf(
      'End of turn: scripted texts',
      [
        `${scripted.length} texts, words alone; those that go on pause for a second. None is trained on, but the rules were mended where they failed here.`,
        ...method,
      ],
      [
        ...silenceAlone(scripted),
        ['words', words],
        ...[...new Set(scripted.map(({ set }) => set))].map(
          (kind) => [kind, words.filter(({ set }) => set === kind)] as const,
        ),
      ],
    ),
  )
  for (const table of tables) print(table)
  const took = await timed(detector, recorded)
  console.log(
    `\nAn answer takes ${figure(percentile(took, 0.5))} ms, 95 % of them ${figure(percentile(took, 0.95))} ms.`,
  )
  await detector.close?.()
  await save('turns', tables)
}
