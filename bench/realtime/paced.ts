/** `realtime --only paced`: how soon a session that plays its replies itself holds one, goes on with it, or drops it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { durationMs } from '../../src/audio/frame.ts'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { merge } from '../../src/conversation/config.ts'
import { defaultGate, defaultTurns } from '../../src/listening/settings.ts'
import { silentLog } from '../../src/log.ts'
import { initialConfig } from '../../src/protocols/realtime/config.ts'
import { Session } from '../../src/session/session.ts'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { figure, progress, progressDone, type Table } from '../report.ts'
import { spread } from '../statistics.ts'
import { modelOf, voiceOf } from './free-engines.ts'

const counts = [1, 20]
const rate = 24_000
const frameMs = 20
const loud = samplesToPcm16(new Float32Array((rate * frameMs) / 1000).fill(0.5))
const quiet = samplesToPcm16(new Float32Array((rate * frameMs) / 1000))

/** When the frame is sent that holds the end of so much speech. */
const sentMs = (speech: number): number => (Math.ceil(speech / frameMs) - 1) * frameMs
/** Speech that opens the gate, and that stops a reply, in windows of 32 ms. */
const gateMs = 128
const lastingMs = 320
const coughMs = 180
const speechMs = 700

interface Measured {
  readonly held: number[]
  readonly heard: number[]
  readonly resumed: number[]
  readonly told: number[]
  wrong: number
}

/** One user at a microphone who coughs and speaks over answers by turns, until it is time to stop. */
const converse = async (into: Measured, untilAt: number): Promise<void> => {
  let ids = 0
  let outAt = 0
  /** When all that is out will have been heard. */
  let heardAt = 0
  let replies = 0
  let startedAt = 0
  const engines = {
    speechToText: scriptedRecognizer(),
    voiceActivity: levelVoiceActivity(),
  }
  const session = new Session({
    config: merge(initialConfig('openai', { model: '' }), { input: { transcription: null } }),
    engines: {
      listening: async () => ({
        engines,
        gate: defaultGate,
        turns: defaultTurns,
        languages: [],
        terms: [],
        partials: true,
        finalBudgetMs: 500,
        alternatives: 0,
      }),
      languageModel: async () => modelOf('endless'),
      voice: async () => ({ engine: voiceOf('instant'), voice: 'hum' }),
      stallMs: 30_000,
    },
    newId: (kind) => `${kind}_${++ids}`,
    log: silentLog,
    keptAudioMs: 0,
    play: (frame) => {
      outAt = performance.now()
      heardAt = Math.max(heardAt, outAt) + durationMs(frame)
    },
  })
  const following = (async () => {
    for await (const event of session.events) {
      if (event.type === 'speech.started') startedAt = performance.now()
      if (event.type === 'playback.started') replies += 1
    }
  })()
  let nextAt = performance.now()
  /** Gives so much to the microphone at the pace of time. */
  const give = async (ms: number, pcm: Uint8Array): Promise<void> => {
    for (let left = ms; left > 0; left -= frameMs) {
      session.send({ type: 'audio.append', bytes: pcm })
      nextAt += frameMs
      await sleep(Math.max(0, nextAt - performance.now()))
    }
  }
  const answered = async (): Promise<void> => {
    const before = replies
    while (replies === before && performance.now() < untilAt) await give(100, quiet)
  }
  await give(600, loud)
  await answered()
  for (let cough = true; performance.now() < untilAt; cough = !cough) {
    await give(400 + Math.round(Math.random() * 20) * frameMs, quiet)
    startedAt = 0
    const onsetAt = performance.now()
    await give(Math.ceil(coughMs / frameMs) * frameMs, loud)
    const [lastOutAt, lastHeardAt] = [outAt, heardAt]
    if (cough) {
      await give(100, quiet)
      if (outAt !== lastOutAt) into.wrong += 1
      while (outAt === lastOutAt && performance.now() < untilAt) await give(frameMs, quiet)
      if (startedAt !== 0) into.wrong += 1
      into.held.push(Math.max(0, lastOutAt - onsetAt - sentMs(gateMs)))
      into.heard.push(Math.max(0, lastHeardAt - onsetAt - sentMs(gateMs)))
      into.resumed.push(outAt - onsetAt - coughMs)
    } else {
      await give(speechMs - coughMs, loud)
      if (startedAt === 0) into.wrong += 1
      else into.told.push(startedAt - onsetAt - sentMs(lastingMs))
      await answered()
    }
  }
  await session.close()
  await following
}

export const paced = async (options: { readonly seconds: number }): Promise<Table> => {
  try {
    const measured = []
    for (const count of counts) {
      progress(`paced: ${count} conversations`)
      const into: Measured = { held: [], heard: [], resumed: [], told: [], wrong: 0 }
      const untilAt = performance.now() + options.seconds * 1000
      await Promise.all(Array.from({ length: count }, () => converse(into, untilAt)))
      measured.push({ count, ...into })
    }
    const both = (values: readonly number[]): string[] => {
      const { p50, p95 } = spread(values)
      return [figure(p50), figure(p95)]
    }
    return {
      title: 'Replies that the session plays itself, ms',
      columns: [
        ...['conversations', 'coughs', 'decision → last sample out p50', 'p95', '→ last sample heard p50', 'p95'],
        ...['end of cough → next sample p50', 'p95', 'interruptions', 'decision → told p50', 'p95', 'wrong'],
      ],
      rows: measured.map(({ count, held, heard, resumed, told, wrong }) => [
        ...[String(count), String(held.length), ...both(held), ...both(heard), ...both(resumed)],
        ...[String(told.length), ...both(told), String(wrong)],
      ]),
      method: [
        `Sessions in this process, with engines that cost nothing; microphones that send ${frameMs} ms at the pace of time for ${options.seconds} s. By turns a noise of ${coughMs} ms and speech of ${speechMs} ms over an answer that does not end.`,
        `The decision to hold is possible with the frame that holds the first ${gateMs} ms of speech (four windows of 32 ms), the decision to stop with the one that holds ${lastingMs} ms; what passes from sending it until the last sample is given to the player (0 where none is given any more), or until the interruption is told and the rest dropped, is the session's own. A sample is heard up to 60 ms after it was given: that is the lead. Aim: last sample heard at most 100 ms after the decision.`,
        'After a noise the reply goes on once the gate has seen 200 ms of silence. Wrong: an answer that was not held or not stopped, or a noise that was told.',
      ],
      data: measured.map(({ count, wrong, ...values }) => ({
        count,
        wrong,
        ...Object.fromEntries(Object.entries(values).map(([name, list]) => [name, spread(list)])),
      })),
    }
  } finally {
    progressDone()
  }
}
