/** A voice of sherpa-onnx in the child process: one text after the other, in sherpa-onnx's own threads. */
import type { ChildEngine } from '../shared/engine-child.ts'
import type { OfflineTts } from './sherpa.ts'
import type { FromVoice, ToVoice } from './voice-messages.ts'

/** The engine of a voice. A job that closes ends what it had under way: its text is not spoken to the end. */
export const mouth = (tts: OfflineTts): ChildEngine<ToVoice, FromVoice> => {
  let before: Promise<unknown> = Promise.resolve()
  const say = async (message: Extract<ToVoice, { type: 'say' }>, wanted: () => boolean): Promise<FromVoice> => {
    const { text, speaker: sid, speed, language } = message
    const how = language === undefined ? {} : { generationConfig: { sid, speed, extra: { lang: language } } }
    try {
      const { samples } = await tts.generateAsync({
        ...{ text, sid, speed, ...how },
        // Memory that belongs to sherpa-onnx cannot be sent on.
        enableExternalBuffer: false,
        onProgress: () => (wanted() ? 1 : 0),
      })
      return { type: 'said', samples }
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
  return {
    open: (send) => {
      let closed = false
      return {
        take: (message) => {
          if (message.type === 'describe') {
            send({ type: 'described', sampleRate: tts.sampleRate, speakers: tts.numSpeakers })
            return
          }
          before = before.then(async () => {
            if (closed) return
            const answer = await say(message, () => !closed)
            if (!closed) send(answer)
          })
        },
        close: () => {
          closed = true
        },
      }
    },
  }
}
