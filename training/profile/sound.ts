/** Recordings as the server would hear them: read, cut to the speech, whispered, put into noise or on a telephone. */
import { readFileSync } from 'node:fs'
import { Resampler } from '../../src/audio/resample.ts'
import { momentSampleRate } from '../../src/signal/moments.ts'

/** A generator of numbers in 0…1, the same at every run. */
export const dice = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32
  }
}

/** A 16-bit mono WAV file at 16 kHz. */
export const read = (file: string): Float32Array => {
  const bytes = readFileSync(file)
  let at = 12
  let rate = momentSampleRate
  while (at + 8 <= bytes.length) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ') rate = bytes.readUInt32LE(at + 12)
    if (name === 'data') {
      const end = Math.min(bytes.length, at + 8 + size)
      const samples = new Float32Array((end - at - 8) >> 1)
      for (let i = 0; i < samples.length; i += 1) samples[i] = bytes.readInt16LE(at + 8 + 2 * i) / 32_768
      return rate === momentSampleRate ? samples : new Resampler(rate, momentSampleRate).push(samples)
    }
    at += 8 + size + (size % 2)
  }
  return new Float32Array(0)
}

const power = (samples: Float32Array): number => {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum / Math.max(1, samples.length)
}

const window = momentSampleRate / 50

/** Without the silence at the ends, and with pauses cut to 300 ms: a gate hands on little more. */
export const speechOf = (samples: Float32Array): Float32Array => {
  const count = Math.floor(samples.length / window)
  const levels = Array.from({ length: count }, (_, i) => power(samples.subarray(i * window, (i + 1) * window)))
  const loud = levels.toSorted((a, b) => a - b)[Math.floor(count * 0.95)] ?? 0
  const kept: Float32Array[] = []
  let still = 15
  let begun = false
  let waiting: Float32Array[] = []
  for (const [i, level] of levels.entries()) {
    const piece = samples.subarray(i * window, (i + 1) * window)
    if (level > loud / 1000) {
      if (begun) kept.push(...waiting)
      waiting = []
      kept.push(piece)
      begun = true
      still = 0
    } else {
      still += 1
      if (still <= 15) waiting.push(piece)
    }
  }
  const all = new Float32Array(kept.length * window)
  for (const [i, piece] of kept.entries()) all.set(piece, i * window)
  return all
}

/** The voice with that noise under it, `db` softer. */
export const inNoise = (voice: Float32Array, noise: Float32Array, db: number, from: number): Float32Array => {
  const first = Math.floor(from * Math.max(1, noise.length - voice.length))
  const under = Float32Array.from(voice, (_, i) => noise[(first + i) % noise.length] ?? 0)
  const gain = Math.sqrt(power(voice) / (power(under) + 1e-12)) * 10 ** (-db / 20)
  return voice.map((sample, i) => sample + under[i]! * gain)
}

const muLaw = (sample: number): number => {
  const size = Math.min(1, Math.abs(sample))
  const coded = Math.round((Math.log1p(255 * size) / Math.log(256)) * 127) / 127
  return (Math.sign(sample) * (256 ** coded - 1)) / 255
}

/** 300 to 3400 Hz and 8 bits, as a telephone has it. */
export const onTelephone = (samples: Float32Array): Float32Array => {
  let [before, out, before2, out2] = [0, 0, 0, 0]
  const pole = Math.exp((-2 * Math.PI * 280) / 8000)
  const narrow = new Resampler(momentSampleRate, 8000).push(samples).map((sample) => {
    out = pole * (out + sample - before)
    before = sample
    out2 = pole * (out2 + out - before2)
    before2 = out
    return out2
  })
  let peak = 0.01
  for (const sample of narrow) peak = Math.max(peak, Math.abs(sample))
  return new Resampler(8000, momentSampleRate).push(narrow.map((sample) => muLaw((sample / peak) * 0.7)))
}

/** As another microphone and another room would colour it: two shelves of up to 8 dB. */
export const coloured = (samples: Float32Array, roll: () => number): Float32Array => {
  let sound = samples
  for (const [lowest, highest] of [
    [150, 900],
    [900, 4000],
  ] as const) {
    const hz = lowest * (highest / lowest) ** roll()
    const keep = Math.exp((-2 * Math.PI * hz) / momentSampleRate)
    const gain = 10 ** ((16 * roll() - 8) / 20)
    let low = 0
    sound = sound.map((sample) => {
      low = keep * low + (1 - keep) * sample
      return (low * gain + (sample - low)) * 0.7
    })
  }
  return sound
}

/** As somebody of another size would say it: pitch, formants and pace together, by up to 18 % either way. */
export const resized = (samples: Float32Array, roll: () => number): Float32Array => {
  const size = 1.06 + 0.12 * roll()
  const rate = Math.round(momentSampleRate * (roll() < 0.5 ? size : 1 / size))
  return new Resampler(momentSampleRate, rate).push(samples)
}

/** The inside of a vehicle, made: a rumble that falls off from 80 Hz on, the road's hiss, and an engine's harmonics. */
export const vehicle = (seconds: number, roll: () => number): Float32Array => {
  const rumbleHz = 40 + 80 * roll()
  const engineHz = 25 + 45 * roll()
  const engine = 0.1 + 0.5 * roll()
  const hiss = 0.002 + 0.02 * roll()
  const keep = Math.exp((-2 * Math.PI * rumbleHz) / momentSampleRate)
  let [one, two, road] = [0, 0, 0]
  return Float32Array.from({ length: seconds * momentSampleRate }, (_, i) => {
    const white = 2 * roll() - 1
    one = keep * one + (1 - keep) * white
    two = keep * two + (1 - keep) * one
    road = 0.8 * road + 0.2 * white
    const swell = 1 + 0.3 * Math.sin((2 * Math.PI * 0.3 * i) / momentSampleRate)
    let tone = 0
    for (let k = 1; k <= 6; k += 1) tone += Math.sin((2 * Math.PI * engineHz * k * i) / momentSampleRate) / k
    return swell * (two * 4 + road * hiss * 4 + tone * engine * 0.02)
  })
}
