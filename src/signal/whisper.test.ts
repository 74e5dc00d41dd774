/** Whispering, and what it is made of. */
import { describe, expect, it } from 'vitest'
import { measured } from '../../test/support/measure.ts'
import { bell, filtered, levelOf, Noise, predictorOf } from './linear-prediction.ts'
import { louder, stressed } from './loudness.ts'
import { whispered } from './whisper.ts'

const sampleRate = 16_000
/** Pulses through one resonance. */
const vowel = (hz: number, formant: number): Float32Array => {
  const r = Math.exp((-Math.PI * 120) / sampleRate)
  const pulses = Float32Array.from({ length: sampleRate }, (_, i) => (i % Math.round(sampleRate / hz) === 0 ? 0.3 : 0))
  return filtered(pulses, Float64Array.of(2 * r * Math.cos((2 * Math.PI * formant) / sampleRate), -r * r))
}

describe('linear prediction', () => {
  it('finds the filter that hiss went through', () => {
    const noise = new Noise()
    const hiss = Float32Array.from({ length: 20_000 }, () => noise.next())
    const found = predictorOf(filtered(hiss, Float64Array.of(1.2, -0.8)), 2)!
    expect(found.coefficients[0]).toBeCloseTo(1.2, 1)
    expect(found.coefficients[1]).toBeCloseTo(-0.8, 1)
    expect(found.gain).toBeCloseTo(1, 1)
  })

  it('finds nothing in silence', () => {
    expect(predictorOf(new Float32Array(400), 18)).toBeUndefined()
  })

  it('has bells that add up', () => {
    const window = bell(400)
    for (let i = 0; i < 200; i += 1) expect(window[i]! + window[i + 200]!).toBeCloseTo(1, 5)
  })
})

describe('a whisper', () => {
  it('has no pitch, and the resonance of the voice', () => {
    const voice = vowel(110, 900)
    const whisper = whispered(voice, sampleRate)
    expect(measured({ samples: voice, sampleRate, startMs: 0 }).voiced).toBeGreaterThan(0.9)
    expect(measured({ samples: whisper, sampleRate, startMs: 0 }).voiced).toBeLessThan(0.1)
    const { coefficients } = predictorOf(whisper, 2)!
    const formant = (Math.acos(coefficients[0]! / 2 / Math.sqrt(-coefficients[1]!)) * sampleRate) / (2 * Math.PI)
    expect(formant).toBeGreaterThan(700)
    expect(formant).toBeLessThan(1200)
  })

  it('is as long as the voice, silent where that is, and never breaks', () => {
    for (const samples of [
      new Float32Array(0),
      new Float32Array(5000),
      Float32Array.of(1),
      new Float32Array(3000).fill(1),
    ]) {
      const whisper = whispered(samples, sampleRate)
      expect(whisper).toHaveLength(samples.length)
      expect(whisper.every(Number.isFinite)).toBe(true)
      if (levelOf(samples) === 0) expect(levelOf(whisper)).toBe(0)
    }
  })
})

describe('volume', () => {
  it('changes by so many decibels, and never leaves the bounds', () => {
    const voice = vowel(110, 900).map((sample) => sample * 0.2)
    expect(20 * Math.log10(levelOf(louder(voice, -8)) / levelOf(voice))).toBeCloseTo(-8, 3)
    for (const sample of louder(vowel(110, 900), 30)) expect(Math.abs(sample)).toBeLessThanOrEqual(1)
  })

  it('changes only where it is to', () => {
    const voice = vowel(110, 900).map((sample) => sample * 0.1)
    const loud = stressed(voice, sampleRate, [{ startMs: 400, endMs: 600 }], 6)
    expect(loud.slice(0, 6000)).toEqual(voice.slice(0, 6000))
    expect(loud.slice(10_000)).toEqual(voice.slice(10_000))
    expect(levelOf(loud.slice(6400, 9600)) / levelOf(voice.slice(6400, 9600))).toBeCloseTo(10 ** (6 / 20), 2)
  })
})
