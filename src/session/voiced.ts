/** voiced(text, settings) → what becomes of it as a reply is spoken: text, audio at the client's rate, words. */
import { cutFrame } from '../audio/rechunk.ts'
import type { Progress } from '../conversation/inputs.ts'
import type { Work } from '../engines/engine.ts'
import { RateConverter } from '../listening/rate.ts'
import { type SpeakInput, type SpeakSettings, speak } from '../speaking/speak.ts'

/** Longest frame that goes out at once. */
const frameMs = 200

type Without<T> = T extends Progress ? Omit<T, 'replyId'> : never

/** A reply's share of `Spoken`; `flushed` comes after all the audio before it. */
export type Voiced =
  | Without<Extract<Progress, { type: 'reply.text' | 'reply.audio' | 'reply.word' }>>
  | { readonly type: 'flushed'; readonly flush: number }

/** Ends when the text has ended and been spoken; an aborted signal just ends it, within 20 ms. */
export async function* voiced(
  texts: AsyncIterable<SpeakInput>,
  { sampleRate, ...settings }: SpeakSettings & Work & { readonly sampleRate: number },
): AsyncGenerator<Voiced> {
  const converter = new RateConverter(sampleRate)
  for await (const spoken of speak(texts, settings)) {
    switch (spoken.type) {
      case 'text':
        yield { type: 'reply.text', delta: spoken.text, ...(spoken.tags && { tags: spoken.tags }) }
        break
      case 'audio':
        for (const part of cutFrame(spoken.frame, (spoken.frame.sampleRate * frameMs) / 1000))
          for (const frame of converter.push(part)) yield { type: 'reply.audio', frame }
        break
      case 'word': {
        const { from, to, startMs, endMs, phones } = spoken
        yield { type: 'reply.word', from, to, startMs, endMs, ...(phones && { phones }) }
        break
      }
      case 'flushed':
        for (const frame of converter.flush()) yield { type: 'reply.audio', frame }
        yield spoken
        break
      default:
        spoken satisfies never
    }
  }
  if (settings.signal.aborted) return
  for (const frame of converter.flush()) yield { type: 'reply.audio', frame }
}
