/** A recognizer that hears speech with less noise. */
import type { AudioFrame } from '../audio/frame.ts'
import type { AudioInput, Work } from '../engines/engine.ts'
import type { NoiseSuppressor } from '../engines/noise-suppressor.ts'
import type { SpeechToText } from '../engines/speech-to-text.ts'

/**
 * The same recognizer behind a noise suppressor: only what it is given changes, not when speech begins and ends, which the
 * gate tells better from the plain audio. Where the suppressor fails, the plain audio goes on from the sample that it came
 * to: none is lost or heard twice.
 */
export const withNoiseSuppression = (
  engine: SpeechToText,
  suppressor: NoiseSuppressor,
  strength: number,
): SpeechToText => ({
  sampleRate: engine.sampleRate,
  card: engine.card,
  transcribe: (audio, options) => engine.transcribe(suppressed(audio, suppressor, { ...options, strength }), options),
  ...(engine.busy ? { busy: () => engine.busy?.() ?? false } : {}),
  ...(engine.close ? { close: () => engine.close?.() ?? Promise.resolve() } : {}),
})

async function* suppressed(
  audio: AsyncIterable<AudioInput>,
  suppressor: NoiseSuppressor,
  options: Work & { readonly strength: number },
): AsyncGenerator<AudioInput> {
  const source = audio[Symbol.asyncIterator]()
  const kept = new Kept()
  let broken: { readonly error: unknown } | undefined
  /** Without `return`: a suppressor that fails does not end the source. */
  const read: AsyncIterable<AudioInput> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        try {
          const next = await source.next()
          if (!next.done) kept.take(next.value)
          return next
        } catch (error) {
          broken = { error }
          throw error
        }
      },
    }),
  }
  try {
    try {
      for await (const item of suppressor.suppress(read, options)) {
        kept.give(item)
        yield item
      }
      return
    } catch (error) {
      if (broken) throw broken.error
      if (options.signal.aborted) return
      options.log.warn({ err: error }, 'noise suppression failed')
    }
    yield* kept.items
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}

/** What a suppressor was given and has not given back, in order. */
class Kept {
  #items: AudioInput[] = []

  get items(): readonly AudioInput[] {
    return this.#items
  }

  take(item: AudioInput): void {
    this.#items.push(item)
  }

  /** This came back: the oldest marker, or the oldest samples. */
  give(item: AudioInput): void {
    if (!('samples' in item)) {
      this.#items.splice(
        this.#items.findIndex((one) => !('samples' in one)),
        1,
      )
      return
    }
    let left = item.samples.length
    this.#items = this.#items.flatMap((one): readonly AudioInput[] => {
      if (left === 0 || !('samples' in one)) return [one]
      const taken = Math.min(left, one.samples.length)
      left -= taken
      return taken === one.samples.length ? [] : [after(one, taken)]
    })
  }
}

/** What follows so many samples of a frame. */
const after = ({ samples, sampleRate, startMs }: AudioFrame, taken: number): AudioFrame => ({
  samples: samples.subarray(taken),
  sampleRate,
  startMs: startMs + (taken * 1000) / sampleRate,
})
