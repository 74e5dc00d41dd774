/** Sound without speech, the same every time: silence, noise, hum and tones at 16 kHz. */

const sampleRate = 16_000

/** An even spread over −1…1 from a linear congruential generator. */
const random = (): (() => number) => {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** Scaled to a root mean square of so many dB below full scale. */
const atLevel = (samples: Float32Array, levelDb: number): Float32Array => {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  const gain = 10 ** (levelDb / 20) / Math.sqrt(power)
  return samples.map((sample) => Math.max(-1, Math.min(1, sample * gain)))
}

const made = (seconds: number, sample: (index: number) => number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, index) => sample(index))

export const silence = (seconds: number): Float32Array => made(seconds, () => 0)

export const whiteNoise = (seconds: number, levelDb: number): Float32Array => atLevel(made(seconds, random()), levelDb)

/** Falls by 3 dB an octave: white noise of many rates added up (Voss). */
export const pinkNoise = (seconds: number, levelDb: number): Float32Array => {
  const next = random()
  const rows = new Float32Array(12)
  return atLevel(
    made(seconds, (index) => {
      rows.forEach((_, row) => {
        if (index % 2 ** row === 0) rows[row] = next()
      })
      return rows.reduce((sum, value) => sum + value, 0)
    }),
    levelDb,
  )
}

/** 50 Hz with its first harmonics. */
export const hum = (seconds: number, levelDb: number): Float32Array =>
  atLevel(
    made(seconds, (index) =>
      [1, 2, 3, 4, 5].reduce((sum, k) => sum + Math.sin((2 * Math.PI * 50 * k * index) / sampleRate) / k, 0),
    ),
    levelDb,
  )

/** A melody of plain chords, two a second. */
export const tones = (seconds: number, levelDb: number): Float32Array => {
  const roots = [220, 261.6, 293.7, 196, 329.6, 246.9]
  return atLevel(
    made(seconds, (index) => {
      const place = index / (sampleRate / 2)
      const root = roots[Math.floor(place) % roots.length]!
      const fade = Math.exp(-3 * (place % 1))
      const chord = [1, 1.25, 1.5, 2].reduce(
        (sum, ratio) => sum + Math.sin((2 * Math.PI * root * ratio * index) / sampleRate),
        0,
      )
      return fade * chord
    }),
    levelDb,
  )
}
