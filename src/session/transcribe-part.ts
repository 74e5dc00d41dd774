/** Transcription of audio that came inside an item: heard by itself, beside what is being said. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Input } from '../conversation/inputs.ts'
import type { Word } from '../engines/speech-to-text.ts'
import { asVoiceError } from '../errors.ts'
import { listen } from '../listening/listen.ts'
import type { ListenInput, ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'

/** What the conversation is told of it. Undefined when the signal was aborted. Never rejects. */
export const transcribePart = async (
  part: { readonly itemId: string; readonly partIndex: number },
  frames: Iterable<AudioFrame>,
  settings: Promise<ListenSettings>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<Input | undefined> => {
  const place = { itemId: part.itemId, partIndex: part.partIndex }
  let audioMs = 0
  const source = async function* (): AsyncGenerator<ListenInput> {
    for (const frame of frames) {
      audioMs += (frame.samples.length * 1000) / frame.sampleRate
      yield frame
    }
  }
  try {
    const found = await orAborted(settings, signal)
    if (!found) return undefined
    const { turns, ...base } = found
    const heard = listen(source(), { ...base, turns: { ...turns, mode: 'manual' }, signal, log })
    const texts: string[] = []
    const words: Word[] = []
    for await (const event of heard) {
      if (event.type !== 'transcript.final' || event.text === '') continue
      texts.push(event.text)
      words.push(...event.words)
    }
    if (signal.aborted) return undefined
    return { type: 'item.transcribed', ...place, text: texts.join(' '), words, audioMs: Math.round(audioMs) }
  } catch (error) {
    if (signal.aborted) return undefined
    const failure = asVoiceError(error)
    if (failure.code === 'internal') log.error({ err: failure.cause }, 'transcription of an item failed')
    else log.warn({ code: failure.code, err: failure.cause }, 'transcription of an item failed')
    return { type: 'item.not-transcribed', ...place, code: failure.code, message: failure.message }
  }
}
