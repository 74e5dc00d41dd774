/** Louder and softer, without leaving the bounds. */

/** Above this a sample is bent, so that it never passes 1. */
const knee = 0.7

const bounded = (sample: number): number => {
  const size = Math.abs(sample)
  return size <= knee ? sample : Math.sign(sample) * (knee + (1 - knee) * Math.tanh((size - knee) / (1 - knee)))
}

/** A stretch of audio that is to be louder. */
export interface Louder {
  readonly startMs: number
  readonly endMs: number
}

/** The samples with another volume. */
export const louder = (samples: Float32Array, db: number): Float32Array => {
  if (db === 0) return samples
  const gain = 10 ** (db / 20)
  return samples.map((sample) => bounded(sample * gain))
}

/** The samples with some stretches louder by `db`, with slopes of 20 ms. */
export const stressed = (
  samples: Float32Array,
  sampleRate: number,
  stretches: readonly Louder[],
  db: number,
): Float32Array => {
  const output = samples.slice()
  const slope = sampleRate / 50
  for (const { startMs, endMs } of stretches) {
    const from = (startMs * sampleRate) / 1000
    const to = (endMs * sampleRate) / 1000
    for (let i = Math.max(0, Math.ceil(from - slope)); i < Math.min(samples.length, to + slope); i += 1) {
      const share = Math.min(1, (i - from + slope) / slope, (to + slope - i) / slope)
      output[i] = bounded(samples[i]! * 10 ** ((db * share) / 20))
    }
  }
  return output
}
