/** `turns`: answers that are prepared at a likely end of a turn: how much sooner they come, and how many are made in vain. */
import { setTimeout as sleep } from 'node:timers/promises'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { merge } from '../../src/conversation/config.ts'
import type { SpeechToText } from '../../src/engines/speech-to-text.ts'
import { silentLog } from '../../src/log.ts'
import { initialConfig } from '../../src/protocols/realtime/config.ts'
import { loadSettings } from '../../src/server/config.ts'
import { openEngines } from '../../src/server/engines.ts'
import { sessionEngines } from '../../src/server/session-engines.ts'
import { Session } from '../../src/session/session.ts'
import type { SessionEngines } from '../../src/session/session-parts.ts'
import { pocketsphinx } from '../../test/support/needs.ts'
import { modelOf, voiceOf } from '../realtime/free-engines.ts'
import { figure, percent, progress, progressDone, type Table } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type SpokenTurn, spokenTurns } from './spoken-turns.ts'
import { toldRecognizer } from './told-recognizer.ts'

const sampleRate = 16_000
const chunkMs = 20
/** A room that stays quiet after the turn, until its answer has come. */
const quietMs = 10_000
/** Sessions at a time: two cores hear so many as they speak. */
const atOnce = 4

interface Measured {
  /** From the end of speech to the first audio of the answer; undefined where none came. */
  readonly answerMs: number | undefined
  readonly prepared: number
  readonly adopted: number
}

/** One turn, heard at the pace of speech in a session of its own. */
const converse = async (turn: SpokenTurn, engines: SessionEngines): Promise<Measured> => {
  let ids = 0
  let [prepared, adopted] = [0, 0]
  const config = merge(initialConfig('inworld', { model: '' }), {
    input: {
      format: { encoding: 'pcm16', sampleRate },
      turnDetection: { type: 'semantic', eagerness: 'medium', createReply: true, interruptReply: true },
    },
  })
  const session = new Session({
    config,
    engines,
    newId: (kind) => `${kind}_${++ids}`,
    log: silentLog,
    keptAudioMs: 0,
    observe: (event) => {
      if (event.type !== 'reply.prepared') return
      prepared += 1
      if (event.savedMs !== undefined) adopted += 1
    },
  })
  let endedAt = Number.POSITIVE_INFINITY
  let answerMs: number | undefined
  const reading = (async () => {
    for await (const event of session.events)
      if (event.type === 'reply.audio' && performance.now() > endedAt) answerMs ??= performance.now() - endedAt
  })()
  const chunk = (sampleRate * chunkMs) / 1000
  const begunAt = performance.now()
  const quiet = new Float32Array(chunk)
  for (let at = 0; at * chunkMs < turn.endMs + quietMs && answerMs === undefined; at += 1) {
    await sleep(Math.max(0, begunAt + at * chunkMs - performance.now()))
    const samples = turn.samples.subarray(at * chunk, (at + 1) * chunk)
    session.send({ type: 'audio.append', bytes: samplesToPcm16(samples.length > 0 ? samples : quiet) })
    if ((at + 1) * chunkMs >= turn.endMs) endedAt = Math.min(endedAt, begunAt + turn.endMs)
  }
  await session.close()
  await reading
  return { answerMs, prepared, adopted }
}

/** The turns, some at a time. */
const converseAll = async (
  turns: readonly SpokenTurn[],
  enginesFor: (turn: SpokenTurn) => SessionEngines,
): Promise<readonly Measured[]> => {
  const measured: Measured[] = []
  const left = [...turns]
  const talk = async (): Promise<void> => {
    for (let turn = left.shift(); turn; turn = left.shift()) {
      measured.push(await converse(turn, enginesFor(turn)))
      progress(`early start: ${measured.length}/${turns.length}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, talk))
  return measured
}

export const earlyStart = async (options: { readonly recognizer: boolean }): Promise<Table | undefined> => {
  const turns = await spokenTurns()
  if (turns.length === 0) return undefined
  const settings = loadSettings({ env: {}, cwd: '/', flags: { set: ['models.speechToText=pocketsphinx/en-us'] } })
  const engines = openEngines({ ...settings, cacheDir: '.cache' }, silentLog)
  try {
    await engines.warm()
    const base = sessionEngines({ engines, settings })
    const with_ = (early: boolean, recognizer?: SpeechToText): SessionEngines => ({
      ...base,
      mayPrepare: async () => early,
      languageModel: async () => modelOf('remote'),
      voice: async () => ({ engine: voiceOf('remote'), voice: 'hum' }),
      listening: async (wish) => {
        const found = await base.listening(wish)
        return recognizer ? { ...found, engines: { ...found.engines, speechToText: recognizer } } : found
      },
    })
    const heard = options.recognizer && pocketsphinx.isThere()
    const rows: { readonly how: string; readonly early: boolean; readonly measured: readonly Measured[] }[] = []
    for (const words of ['as said', ...(heard ? ['as PocketSphinx hears them'] : [])])
      for (const early of [false, true])
        rows.push({
          how: `words ${words}, ${early ? 'prepared' : 'not prepared'}`,
          early,
          measured: await converseAll(turns, (turn) =>
            with_(early, words === 'as said' ? toldRecognizer(turn.words) : undefined),
          ),
        })
    return {
      title: 'Early start: end of speech to first audio, ms',
      columns: ['how', 'turns', 'p50', 'p95', 'prepared', 'thrown away', 'model calls per turn'],
      rows: rows.map(({ how, measured }) => rowOf(how, measured)),
      method: [
        `${turns.length} turns of real speech at the pace of speech, half of them with a pause of 1 s where the speaker goes on; ${atOnce} sessions at a time; eagerness medium. Voice activity and turn detector are real; the model takes 300 ms to its first word and writes 40 a second, the voice 150 ms to the first audio of a clause.`,
        'End of speech: as marked in the recordings. Thrown away: answers that were prepared in vain. Model calls: those in vain counted.',
      ],
      data: rows,
    }
  } finally {
    progressDone()
    await engines.close()
  }
}

const rowOf = (how: string, measured: readonly Measured[]): readonly string[] => {
  const answers = measured.flatMap(({ answerMs }) => answerMs ?? [])
  const sum = (of: (one: Measured) => number): number => measured.reduce((total, one) => total + of(one), 0)
  const [prepared, adopted] = [sum((one) => one.prepared), sum((one) => one.adopted)]
  return [
    how,
    `${answers.length} of ${measured.length}`,
    ...[0.5, 0.95].map((share) => figure(percentile(answers, share), 0)),
    String(prepared),
    prepared === 0 ? '–' : percent((prepared - adopted) / prepared),
    figure(1 + (prepared - adopted) / measured.length, 2),
  ]
}
