/** A model that tells what voices are like, in the child process: one look after the other. */
import { groupScores } from '../shared/audio-set.ts'
import type { ChildEngine } from '../shared/engine-child.ts'
import type { ProfilerLoad, Seen, ToProfiler } from './profiler-messages.ts'
import { bareTag, languageTag, type OfflineStream, type Sherpa } from './sherpa.ts'

/** More sounds than any model has names for. */
const allSounds = 10_000

type Look = (hear: (stream: OfflineStream) => OfflineStream) => Seen | Promise<Seen>

const openLook = async ({ class: kind, config }: ProfilerLoad, sherpa: Sherpa): Promise<Look> => {
  switch (kind) {
    case 'AudioTagging': {
      const tagger = new sherpa.AudioTagging(config)
      return (hear) => {
        const scores = tagger.compute(hear(tagger.createStream()), allSounds)
        const byName = new Map(scores.map(({ name, prob }) => [name, prob]))
        return { type: 'sounds', scores: groupScores((name) => byName.get(name)) }
      }
    }
    case 'SpokenLanguageIdentification': {
      const identifier = new sherpa.SpokenLanguageIdentification(config)
      return (hear) => {
        const language = languageTag(identifier.compute(hear(identifier.createStream())))
        return { type: 'tags', language, emotion: '', event: '' }
      }
    }
    case 'OfflineRecognizer': {
      const recognizer = await sherpa.OfflineRecognizer.createAsync(config)
      return async (hear) => {
        const told = ((await recognizer.decodeAsync(hear(recognizer.createStream()))) ?? {}) as Record<string, unknown>
        return {
          type: 'tags',
          language: languageTag(told.lang),
          emotion: bareTag(told.emotion),
          event: bareTag(told.event),
        }
      }
    }
    default:
      return kind satisfies never
  }
}

/** The engine of such a model. A job that closes takes its look with it, unless that has begun. */
export const profilerEyes = async (load: ProfilerLoad, sherpa: Sherpa): Promise<ChildEngine<ToProfiler, Seen>> => {
  const look = await openLook(load, sherpa)
  const seen = async (samples: Float32Array): Promise<Seen> => {
    try {
      return await look((stream) => {
        stream.acceptWaveform({ samples, sampleRate: load.sampleRate })
        return stream
      })
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
  // sherpa-onnx takes models that it cannot run; it is to break here, and not with the first speaker.
  await seen(new Float32Array(load.sampleRate))
  let before: Promise<unknown> = Promise.resolve()
  return {
    open: (send) => {
      let closed = false
      return {
        take: ({ samples }) => {
          before = before.then(async () => {
            if (!closed) send(await seen(samples))
          })
        },
        close: () => {
          closed = true
        },
      }
    },
  }
}
