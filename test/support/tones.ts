/** Voices that are tones, for tests of who speaks: what is heard tells how high it is, and no model is needed. */
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { SpeakerEncoder } from '../../src/engines/speaker-encoder.ts'

const sampleRate = 16_000

/** Its vector tells how high a tone is. */
export const toneEncoder = (fails = false): SpeakerEncoder => ({
  sampleRate,
  card: { name: 'Tones' },
  stretchMs: 1000,
  sameAbove: 0.8,
  encode: async ({ samples }) => {
    if (fails) throw new Error('broken')
    const crossings = samples.filter((value, index) => value > 0 && (samples[index - 1] ?? 0) <= 0).length
    const turn = (crossings / samples.length) * 100
    return Float32Array.of(Math.cos(turn), Math.sin(turn))
  },
})

const tone = (hz: number, ms: number, startMs: number): AudioFrame => ({
  samples: Float32Array.from({ length: (ms * sampleRate) / 1000 }, (_, index) =>
    hz === 0 ? 0 : 0.3 * Math.sin((2 * Math.PI * hz * index) / sampleRate),
  ),
  sampleRate,
  startMs,
})

/** Tones one after another; 0 Hz is silence. */
export async function* tones(stretches: readonly (readonly [hz: number, ms: number])[]): AsyncGenerator<AudioFrame> {
  let startMs = 0
  for (const [hz, ms] of stretches) {
    yield tone(hz, ms, startMs)
    startMs += ms
  }
}
