/** A model of whole utterances in the child process: one utterance after the other, in sherpa-onnx's own thread. */
import type { ChildEngine } from '../shared/engine-child.ts'
import type { EarLoad, FromWhole, ToWhole } from './messages.ts'
import { heardTokens, type OfflineRecognizer } from './sherpa.ts'

/** The engine of a model of whole utterances. A job that closes takes what it had waiting with it. */
export const wholeEars = (recognizer: OfflineRecognizer, load: EarLoad): ChildEngine<ToWhole, FromWhole> => {
  let before: Promise<unknown> = Promise.resolve()
  const hear = async (message: ToWhole): Promise<FromWhole> => {
    try {
      const stream = recognizer.createStream(message.terms.length > 0 ? message.terms.join('/') : undefined)
      if (message.language !== undefined) stream.setOption('language', message.language)
      stream.acceptWaveform({ samples: message.samples, sampleRate: load.sampleRate })
      return { type: 'heard', heard: heardTokens(await recognizer.decodeAsync(stream)) }
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
  return {
    open: (send) => {
      let closed = false
      return {
        take: (message) => {
          before = before.then(async () => {
            if (!closed) send(await hear(message))
          })
        },
        close: () => {
          closed = true
        },
      }
    },
  }
}
