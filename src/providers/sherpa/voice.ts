/** A voice of sherpa-onnx, opened in a process of its own, as text-to-speech. */
import type { TextToSpeech } from '../../engines/text-to-speech.ts'
import { VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { louder } from '../../signal/loudness.ts'
import { type Entry, entry } from '../../threads/entry.ts'
import type { EnginePool } from '../shared/engine-pool.ts'
import { phrasedSounds, type SayPhrases, speakPhrases } from '../shared/phrased.ts'
import { lengthOf, proportionalTimes } from '../shared/proportional.ts'
import { stretchesOf, tokensOf } from '../shared/tokens.ts'
import { cannotLoad, modelPool } from './pool.ts'
import { speakersOf } from './speakers.ts'
import type { FromVoice, ToVoice } from './voice-messages.ts'
import type { VoiceModel } from './voice-model.ts'

type Jobs = Pick<EnginePool<ToVoice, FromVoice>, 'room' | 'open'>

/** Characters that are spoken as one: the first of a long text are not to wait for all. */
const stretchLength = 200

/** Without what may be taken for commands, and without what is no character. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\ufffd[\]<>\\]/gu, ' ')

/** One answer; undefined, at once, when the signal aborts. A process that dies is asked once more. */
const ask = async (jobs: Jobs, message: ToVoice, signal: AbortSignal): Promise<FromVoice | undefined> => {
  await jobs.room(signal)
  if (signal.aborted) return undefined
  return new Promise((resolve, reject) => {
    let stop = (): void => {}
    const leave = (): void => {
      stop()
      resolve(undefined)
    }
    const done = (): void => {
      signal.removeEventListener('abort', leave)
      stop()
    }
    const open = (again: boolean): void => {
      try {
        const handlers = {
          message: (answer: FromVoice): void => {
            done()
            resolve(answer)
          },
          lost: (error: VoiceError): void => {
            if (signal.aborted) return
            if (!again && error.code !== 'unavailable') open(true)
            else {
              done()
              reject(error)
            }
          },
        }
        const job = jobs.open(handlers, again)
        stop = () => job.close()
        job.send(message)
      } catch (error) {
        done()
        reject(error)
      }
    }
    signal.addEventListener('abort', leave, { once: true })
    open(false)
  })
}

/** What to say in the process's stead. */
/** Opens a voice. Throws `unavailable` when sherpa-onnx is not installed, or cannot load it. */
export const openVoice = async (
  model: VoiceModel,
  settings: { readonly maxStreams: number },
  log: Log,
  /** The process to run. */
  child: Entry = entry(import.meta.url, './voice-child'),
): Promise<TextToSpeech & { readonly pids: readonly number[] }> => {
  const { id } = model.load
  const pool = modelPool<ToVoice, FromVoice>({ entry: child, load: model.load, maxStreams: settings.maxStreams, log })
  const described = async (): Promise<FromVoice | undefined> => {
    await pool.ready()
    return ask(pool, { type: 'describe' }, new AbortController().signal)
  }
  const told = await described().catch(async (error: unknown) => {
    await pool.close()
    throw cannotLoad(id, error)
  })
  if (told?.type !== 'described') throw cannotLoad(id, undefined)
  const { sampleRate } = told
  const voices = speakersOf(id, told.speakers, model.languages, model.goodFor)

  const say: SayPhrases = async function* (text, { voice, language, speed: asked = 1, style, signal }) {
    const speaker = Math.max(
      0,
      voices.findIndex((one) => one.id === voice),
    )
    const speed = (asked > 0 ? asked : 1) * (style?.rate ?? 1)
    const message = {
      type: 'say' as const,
      speaker,
      speed: speed > 0 ? Math.min(4, Math.max(0.25, speed)) : 1,
      ...(model.takesLanguage ? { language: language?.toLowerCase().split(/[-_]/)[0] || 'en' } : {}),
    }
    for (const { from, to, tokens } of stretchesOf(text, tokensOf(text), stretchLength)) {
      const answer = await ask(pool, { ...message, text: plain(text.slice(from, to)) }, signal)
      if (answer === undefined) return
      if (answer.type !== 'said')
        throw new VoiceError('provider_failed', 'sherpa-onnx failed.', {
          cause: answer.type === 'failed' ? answer.message : undefined,
        })
      const samples = louder(answer.samples, style?.volumeDb ?? 0)
      const times = proportionalTimes(
        samples,
        sampleRate,
        tokens.map((token) => lengthOf(token.text)),
      )
      yield { samples, words: tokens.map((token, index) => ({ ...token, ...times[index]! })) }
    }
  }

  return {
    sampleRate,
    voices,
    follows: ['rate', 'volumeDb'],
    sounds: phrasedSounds,
    get pids() {
      return pool.pids
    },
    card: {
      name: `sherpa-onnx, ${id}`,
      languages: [...new Set(model.languages.map((language) => language.split('-')[0]!))],
      accuracy: 'Not heard here. Word times are estimates: each word has its share of the sound, by its length.',
    },
    speak: (pieces, options) => speakPhrases(pieces, options, { sampleRate, say }),
    close: () => pool.close(),
  }
}
