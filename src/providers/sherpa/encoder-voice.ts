/** A speaker encoder in the child process: one stretch of speech after the other. */
import type { ChildEngine } from '../shared/engine-child.ts'
import type { EncoderLoad, FromEncoder, ToEncoder } from './encoder-messages.ts'
import type { Sherpa } from './sherpa.ts'

/** The networks cannot run over less; what is missing is silence. */
const leastSeconds = 0.4

/** The same direction with the length 1; sound of which nothing can be said has some direction too. */
const ofLengthOne = (vector: Float32Array): Float32Array => {
  const norm = Math.hypot(...vector)
  return norm > 0 && Number.isFinite(norm)
    ? vector.map((value) => value / norm)
    : vector.map((_, index) => (index === 0 ? 1 : 0))
}

/** The engine of such a model. A job that closes before its turn is passed over. */
export const encoderVoice = (
  { file, threads, sampleRate }: EncoderLoad,
  sherpa: Sherpa,
): ChildEngine<ToEncoder, FromEncoder> => {
  const extractor = new sherpa.SpeakerEmbeddingExtractor({
    model: file,
    numThreads: threads,
    provider: 'cpu',
    debug: 0,
  })
  const encoded = (speech: Float32Array): Float32Array => {
    const samples = new Float32Array(Math.max(speech.length, leastSeconds * sampleRate))
    samples.set(speech)
    const stream = extractor.createStream()
    stream.acceptWaveform({ samples, sampleRate })
    stream.inputFinished()
    // Memory that belongs to sherpa-onnx cannot be sent on.
    return ofLengthOne(extractor.compute(stream, false))
  }
  // sherpa-onnx takes models that it cannot run; it is to break here, and not with the first speaker.
  encoded(new Float32Array(sampleRate))
  const answer = (samples: Float32Array): FromEncoder => {
    try {
      return { type: 'encoded', vector: encoded(samples) }
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
  let before: Promise<unknown> = Promise.resolve()
  return {
    open: (send) => {
      let closed = false
      return {
        take: ({ samples }) => {
          before = before.then(() => {
            if (!closed) send(answer(samples))
          })
        },
        close: () => {
          closed = true
        },
      }
    },
  }
}
