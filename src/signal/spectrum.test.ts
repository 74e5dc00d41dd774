/** Whether spectra, mel bands and tilt say what is in a sound. */
import { describe, expect, it } from 'vitest'
import { MelBands } from './cepstrum.ts'
import { PowerSpectrum } from './fourier.ts'
import { Noise } from './linear-prediction.ts'
import { tiltOf } from './tilt.ts'

const rate = 16_000
const size = 512
const spectrum = new PowerSpectrum(size)
const bands = new MelBands({ count: 24, sampleRate: rate, size, cepstra: 12 })
const tone = (hz: number, level = 1): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate))
const noise = (): Float32Array => {
  const source = new Noise(3)
  return Float32Array.from({ length: size }, () => source.next() * 0.1)
}
const sum = (...sounds: readonly Float32Array[]): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => sounds.reduce((total, sound) => total + sound[i]!, 0))
const tilt = (sound: Float32Array) => tiltOf(spectrum.of(sound), rate / size)

describe('PowerSpectrum', () => {
  it('is what the definition of the transform gives', () => {
    const sound = sum(tone(437, 0.3), tone(2900, 0.1), noise())
    const power = spectrum.of(sound)
    expect(power).toHaveLength(size / 2 + 1)
    for (const bin of [0, 1, 14, 93, 200, 256]) {
      let [real, imaginary] = [0, 0]
      for (let i = 0; i < size; i += 1) {
        const x = sound[i]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size))
        real += x * Math.cos((2 * Math.PI * bin * i) / size)
        imaginary -= x * Math.sin((2 * Math.PI * bin * i) / size)
      }
      expect(power[bin]).toBeCloseTo((real * real + imaginary * imaginary) / size ** 2, 9)
    }
  })
})

describe('MelBands', () => {
  it('finds a tone in the band where it lies, higher bands for higher tones', () => {
    const top = (hz: number): number => {
      const levels = bands.levels(spectrum.of(tone(hz)))
      return levels.indexOf(Math.max(...levels))
    }
    const places = [100, 300, 700, 1500, 3000, 6000].map(top)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(new Set(places).size).toBe(places.length)
  })

  it('gives a cepstrum that does not know the level', () => {
    const cepstrum = (level: number) => bands.cepstrum(bands.levels(spectrum.of(noise().map((x) => x * level))))
    const [soft, loud] = [cepstrum(0.1), cepstrum(1)]
    expect(soft).toHaveLength(12)
    for (const [k, value] of soft.entries()) expect(value).toBeCloseTo(loud[k]!, 2)
  })
})

describe('tiltOf', () => {
  it('tells a dull voice from a bright one', () => {
    const dull = tilt(sum(tone(200), tone(2500, 0.01)))
    const bright = tilt(sum(tone(200), tone(2500, 0.5)))
    expect(bright.alphaDb - dull.alphaDb).toBeCloseTo(20 * Math.log10(50), 0)
    expect(Math.abs(bright.hammarbergDb - 20 * Math.log10(0.5))).toBeLessThan(1.5)
    expect(bright.centroidHz).toBeGreaterThan(dull.centroidHz)
  })

  it('tells hiss from a tone, and high sound from none', () => {
    expect(tilt(noise()).flatness).toBeGreaterThan(0.4)
    expect(tilt(tone(1000)).flatness).toBeLessThan(0.01)
    expect(tilt(sum(tone(1500), tone(6000, 0.1))).highDb).toBeCloseTo(-20, 0)
    expect(tilt(sum(tone(1500), tone(100, 0.1))).lowDb).toBeCloseTo(-20, 0)
  })
})
